/** Safe repairs of a group of an OME-Zarr: units by the names of NGFF, and records outside of the array. */
import { lengthUnit, timeUnit } from '../../formats/units'
import { parseJson } from '../json'
import { ravel } from '../tiff/tiff-image'
import { itemsAt, placeOf, valueEnd } from '../edit/json-places'
import { repairsOf, type Repairs } from './xml-repairs'

type Places = Parameters<typeof repairsOf>[1]
type Place = Places[number]

/** `lead`: where the attributes stand in the document. */
export function zarrRepairs(text: string, lead: readonly string[], sizes: readonly number[]): Repairs {
  const ome = placeOf(text, [...lead, 'ome']) === null ? lead : [...lead, 'ome']
  return repairsOf(text, [...units(text, [...ome, 'multiscales', 0, 'axes']), ...orphans(text, lead, sizes)])
}

function units(text: string, path: readonly (string | number)[]): Place[] {
  const axes = placeOf(text, path)
  if (axes === null) return []
  const places: Place[] = []
  for (const { from } of itemsAt(text, axes)) {
    const at = placeOf(text.slice(from), ['unit'])
    if (at === null) continue
    const place = { from: from + at, to: valueEnd(text, from + at) }
    const told = parseJson(text.slice(place.from, place.to))
    const right = typeof told === 'string' ? (lengthUnit(told) ?? timeUnit(told)) : null
    if (right === null || right === told) continue
    places.push({ kind: 'units', ...place, text: JSON.stringify(right), before: String(told), after: right })
  }
  return places
}

function orphans(text: string, lead: readonly string[], sizes: readonly number[]): Place[] {
  const list = placeOf(text, [...lead, 'ome_writers', 'frame_metadata'])
  if (list === null) return []
  const kept: string[] = []
  let first = ''
  for (const { from, to } of itemsAt(text, list)) {
    const record = text.slice(from, to)
    const told = /"storage_index"\s*:\s*\[([\d\s,]*)\]\s*\}$/.exec(record)?.[1]
    const index = told
      ?.split(',')
      .filter((part) => part.trim() !== '')
      .map(Number)
    if (index !== undefined && ravel(index, sizes) === null) first ||= record
    else kept.push(record)
  }
  if (first === '') return []
  const to = valueEnd(text, list)
  return [
    { kind: 'orphans', from: list, to, text: `[${kept.join(',')}]`, before: first.slice(0, 200), after: '–' }
  ]
}
