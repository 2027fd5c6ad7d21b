/** What is about the whole dataset and travels with a copy: what people typed, the metadata of other programs, and the documents of a foreign source. */
import { isJsonObject, type Json } from '../../../src-preload/contract/record'
import type { Dataset } from '../dataset'

/** What the writers make anew. */
const MADE_ANEW: ReadonlySet<string> = new Set([
  'benchframe',
  'benchframe/key-schema',
  'ome',
  'ome_writers',
  'multiscales',
  'omero',
  'plate',
  'well',
  'labels',
  'image-label',
  'bioformats2raw.layout',
  '_creator',
  '_ARRAY_DIMENSIONS'
])
export const SOURCE_NAMESPACE = 'benchframe/source'
const FORM = 'benchframe/form'
const MOST_TEXT = 1 << 20

export function copiedGlobals({ globals }: Dataset): Map<string, Json> {
  const copied = new Map([...globals].filter(([namespace]) => !MADE_ANEW.has(namespace)))
  const own = globals.get('benchframe')
  if (!isJsonObject(own)) return copied
  const { form, globals: shadowed } = own
  if (form !== undefined && form !== null) copied.set(FORM, form)
  if (isJsonObject(shadowed))
    for (const [namespace, value] of Object.entries(shadowed)) copied.set(namespace, value)
  return copied
}

/** The documents of a source that Benchframe did not write: its instrument, objective and whatever else the copy's own metadata has no place for. */
export async function sourceDocuments(
  dataset: Dataset,
  notes: string[]
): Promise<{ readonly [name: string]: string } | null> {
  const { raw } = await dataset.metadata()
  const short = raw.filter(({ text }) => text.length <= MOST_TEXT && text.trim() !== '')
  if (short.length < raw.length)
    notes.push('The metadata documents of the source are too long to travel along; keep the source.')
  return short.length === 0 ? null : Object.fromEntries(short.map(({ name, text }) => [name, text]))
}

/** The acquisition date that an OME block tells; '' where there is none. OME's dates are in UTC. */
export async function acquisitionDate(dataset: Dataset): Promise<string> {
  const { raw } = await dataset.metadata()
  for (const { text } of raw) {
    const told = /<(?:\w+:)?AcquisitionDate>\s*([^<\s]+)\s*</.exec(text)?.[1] ?? ''
    const time = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(told) ? told : `${told}Z`)
    if (told !== '' && Number.isFinite(time)) return new Date(time).toISOString().replace('Z', '000Z')
  }
  return ''
}
