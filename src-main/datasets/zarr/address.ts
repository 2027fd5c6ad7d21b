/** What people type or paste as the address of a dataset, made one that can be asked. */
import { Failed } from '../../../src-preload/contract/failure'

/** A document of the hierarchy stands for all of it, as a file on disk does. */
const DOCUMENT = /\/(zarr\.json|\.zgroup|\.zattrs|\.zarray|\.zmetadata)$/

export function datasetAddress(typed: string): string {
  const text = typed.trim()
  const url = parsed(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text.replace(/^[\\/]+/, ' ')}`)
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new Failed('argument.invalid', `“${text.slice(0, 200)}” is no address of a dataset.`, {
      next: 'It begins with http:// or https:// and ends with the folder of an OME-Zarr.'
    })
  url.hash = ''
  url.pathname = url.pathname.replace(DOCUMENT, '').replace(/\/+$/, '')
  return url.href.replace(/\/$/, '')
}

function parsed(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null // the caller says what is allowed
  }
}
