/** Frames of one OME-TIFF image: Plane elements joined with the MapAnnotations that they refer to, in the order of their pages. */
import type { FrameRecord, Json } from '../../../src-preload/contract/record'
import type { KeySchema } from '../records/key-schema'
import type { Cell, Rows } from '../records/row-store'
import { typedValue } from '../records/text-value'
import type { ImageFrames } from '../records/frame-table'
import type { OmeImage, OmeModel } from './ome-model'
import type { PlaneMap } from './plane-map'

/** An image's Plane elements and the block that they stand in; in a set they may stand in another file than the image. */
export interface PlanesSource {
  readonly model: OmeModel
  readonly image: OmeImage
  /** Number of each annotation by its ID. */
  readonly annotations: ReadonlyMap<string, number>
}

export const annotationNumbers = (model: OmeModel): ReadonlyMap<string, number> =>
  new Map(model.annotations.ids.map((id, number) => [id, number]))

interface Options {
  readonly map: PlaneMap
  /** Names of the image's axes but y, x, s: which of z, c, t each is. */
  readonly axes: readonly ('z' | 'c' | 't')[]
  readonly schema: KeySchema
  /** Number over all images that grows with time. */
  readonly order: 'page' | 'time' | 'annotation'
  /** The same from the settings of the recording, where they are known. */
  readonly counted: ((index: readonly number[]) => number) | null
}

export function omeFrames(source: PlanesSource, options: Options): ImageFrames {
  const { planes } = source.image
  const { map, axes } = options
  const count = planes.z.length
  const sequence = new Float64Array(count)
  let ascending = true
  for (let i = 0; i < count; i++) {
    const place = map.place(map.number(planes.z[i] ?? 0, planes.c[i] ?? 0, planes.t[i] ?? 0))
    sequence[i] = place === null ? Infinity : place.file * 2 ** 32 + place.ifd
    if (i > 0 && (sequence[i] as number) < (sequence[i - 1] as number)) ascending = false
  }
  const sorted = new Uint32Array(count).map((_, i) => i)
  if (!ascending) sorted.sort((a, b) => compare(sequence[a] as number, sequence[b] as number) || a - b)
  return {
    count,
    storageIndex: (frame) => axes.map((axis) => planes[axis][sorted[frame] as number] as number),
    record: (frame, number) => recordOf(source, sorted[frame] as number, options.schema, number),
    order(frame) {
      const plane = sorted[frame] as number
      if (options.counted !== null) return options.counted(axes.map((axis) => planes[axis][plane] as number))
      if (options.order === 'page') return sequence[plane] as number
      return options.order === 'time' ? timeOf(source, plane) : annotationOf(source, plane)
    }
  }
}

/** Infinities are equal here: their difference is no number. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)

function timeOf({ model, image }: PlanesSource, plane: number): number | null {
  const cell = model.planeRows.cell(image.planes.row[plane] as number, 'delta_t')
  return cell !== null && 'value' in cell && typeof cell.value === 'number' ? cell.value : null
}

const refsOf = (image: OmeImage, plane: number): readonly string[] => {
  const refs = image.planes.refs[plane] ?? null
  return refs === null ? [] : typeof refs === 'string' ? [refs] : refs
}

/** The running number that ends an ID such as `Annotation:12`. */
function annotationOf({ image }: PlanesSource, plane: number): number | null {
  const digits = /(\d+)$/.exec(refsOf(image, plane)[0] ?? '')?.[1]
  return digits === undefined ? null : Number(digits)
}

function recordOf(source: PlanesSource, plane: number, schema: KeySchema, frame: number): FrameRecord {
  const { model, image, annotations } = source
  const entries: [string, Json][] = []
  const take = (rows: Rows, row: number): void => {
    for (const key of rows.keysOf(row)) {
      const cell = rows.cell(row, key)
      if (cell !== null) entries.push([key, valueOf(cell, schema, key, frame)])
    }
  }
  take(model.planeRows, image.planes.row[plane] as number)
  for (const id of refsOf(image, plane)) {
    const row = annotations.get(id)
    if (row !== undefined) take(model.annotations.rows, row)
  }
  // fromEntries makes own properties of any key, __proto__ too
  return Object.fromEntries(entries)
}

const valueOf = (cell: Cell, schema: KeySchema, key: string, frame: number): Json =>
  'value' in cell ? cell.value : typedValue(cell.text, schema.typeOf(key, frame))

/** IDs of all annotations that some Plane of the block refers to. */
export function planeAnnotations(model: OmeModel): ReadonlySet<string> {
  const used = new Set<string>()
  for (const image of model.images) {
    for (const refs of image.planes.refs) {
      if (typeof refs === 'string') used.add(refs)
      else refs?.forEach((id) => used.add(id))
    }
  }
  return used
}
