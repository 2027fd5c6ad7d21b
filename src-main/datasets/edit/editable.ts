/** What of a dataset can be changed by hand, or why nothing can. */
import { statSync } from 'node:fs'
import { historyFrom, type Editable, type EditTarget } from '../../../src-preload/contract/edit'
import { Failed } from '../../../src-preload/contract/failure'
import { isJsonObject, type Json } from '../../../src-preload/contract/record'
import type { Dataset } from '../dataset'
import { own } from './changes'
import { isRemote } from '../zarr/http-store'
import { FORM_NAMESPACE } from './edit-ome'
import { XmlBroken } from './xml-elements'

const FORM_FIELDS = ['sample', 'done', 'operator', 'notes'] as const
const MOST_IMAGES = 50

export function editableOf(dataset: Dataset): Editable {
  const refused = refusal(dataset)
  const form = formOf(dataset)
  const typed = FORM_FIELDS.map((key) => {
    const value = own(form, key)
    const target: EditTarget = { kind: 'global', namespace: FORM_NAMESPACE, key }
    return { target, value: typeof value === 'string' ? value : '' }
  })
  const named = dataset.images.slice(0, MOST_IMAGES).flatMap(({ name, channels }, image) => [
    { target: { kind: 'image', image } as const, value: name },
    ...channels.map((channel, number) => ({
      target: { kind: 'channel', image, channel: number } as const,
      value: channel.name
    }))
  ])
  return {
    refused: refused?.message ?? null,
    fields: [...typed, ...named],
    history: historyFrom(dataset.globals)
  }
}

/** The form is below `benchframe` in OME-Zarr. */
function formOf({ globals }: Dataset): { readonly [key: string]: Json } {
  const told = globals.get(FORM_NAMESPACE)
  const inside = globals.get('benchframe')
  const form = told ?? (isJsonObject(inside) ? inside['form'] : undefined)
  return isJsonObject(form) ? form : {}
}

export function checkEditable(dataset: Dataset): void {
  const refused = refusal(dataset)
  if (refused !== null) throw refused
}

function refusal({ path, state, kind }: Dataset): Failed | null {
  if (state === 'recording')
    return new Failed('state.wrong', `${path} is still being recorded.`, {
      next: 'Change it when the recording has ended.'
    })
  if (state === 'incomplete')
    return new Failed('state.wrong', `${path} is incomplete.`, { next: 'Recover it first.' })
  if (isRemote(path) || (kind.endsWith('zarr') && statSync(path).isFile()))
    return new Failed('dataset.unsupported', `${path} can only be read.`, {
      next: 'Unpack it, or export a copy and change that.'
    })
  if (kind === 'tiff' || kind === 'imagej-tiff')
    return new Failed('dataset.unsupported', `${path} is a TIFF without OME metadata.`, {
      next: 'Export it as a dataset; the copy can be changed.'
    })
  return null
}

/** Documents that are damaged are shown as far as they can be read, and never changed. */
export async function onSoundDocuments<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof XmlBroken || error instanceof SyntaxError)) throw error
    throw new Failed('dataset.unreadable', `The metadata of ${path} is damaged and can't be changed.`, {
      next: 'Export it as a dataset; the copy can be changed.',
      detail: error.message,
      cause: error
    })
  }
}
