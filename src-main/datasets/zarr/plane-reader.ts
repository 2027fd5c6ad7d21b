/** Planes of a Zarr array, whole or in part: which axes make a picture, and what it means when chunks of it are gone. */
import type { AxisInfo } from '../../../src-preload/contract/dataset'
import { Failed } from '../../../src-preload/contract/failure'
import type { Hole, MissingPlane, Plane, PlaneBox, PlanePart } from '../dataset'
import { typedView } from '../plane'
import type { ArrayMeta } from './array-meta'
import { ChunkDamage } from './codecs'
import type { ArrayReader, Box, Gone } from './read-region'
import type { LazyRecorded } from './zarr-records'

/** Which axes are those of a picture, and which are left for the index. */
export interface Geometry {
  readonly y: number | null
  readonly x: number
  readonly s: number | null
  readonly outerAxes: readonly number[]
}

/** y and x by name, else the last two; s, where it is the last. */
export function geometryOf(axes: readonly AxisInfo[]): Geometry {
  const { y, x, s } = pictureAxes(axes)
  const outerAxes = axes.flatMap((_, axis) => (axis === y || axis === x || axis === s ? [] : [axis]))
  return { y, x, s, outerAxes }
}

function pictureAxes(axes: readonly AxisInfo[]): { y: number | null; x: number; s: number | null } {
  const named = (name: string): number => axes.findIndex((axis) => axis.name.toLowerCase() === name)
  const last = axes.length - 1
  if (last === 0) return { y: null, x: 0, s: null }
  const y = named('y')
  const x = named('x')
  if (y < 0 || x < 0 || y === x) return { y: last - 1, x: last, s: null }
  const s = named('s')
  return { y, x, s: s === last && s > x && s > y ? s : null }
}

export const heightOf = ({ shape }: ArrayMeta, { y }: Geometry): number =>
  y === null ? 1 : (shape[y] as number)
export const widthOf = ({ shape }: ArrayMeta, { x }: Geometry): number => shape[x] as number

export interface PlaneRequest {
  /** The array, for sentences. */
  readonly where: string
  readonly geometry: Geometry
  readonly index: readonly number[]
  readonly recorded: LazyRecorded | null
}

type Rectangle = Omit<PlaneBox, 'level'>

/** The box of the array that holds a rectangle of one plane. */
function boxOf(meta: ArrayMeta, { geometry, index }: PlaneRequest, wanted: Rectangle): Box {
  const { y, x, outerAxes } = geometry
  const start = new Array<number>(meta.shape.length).fill(0)
  const count = [...meta.shape]
  outerAxes.forEach((axis, i) => {
    start[axis] = index[i] as number
    count[axis] = 1
  })
  start[x] = wanted.x
  count[x] = wanted.width
  if (y !== null) {
    start[y] = wanted.y
    count[y] = wanted.height
  }
  return { start, count }
}

export async function readPlane(
  reader: ArrayReader,
  request: PlaneRequest,
  signal?: AbortSignal
): Promise<Plane | MissingPlane> {
  const { meta } = reader
  const { geometry, where } = request
  const whole = { x: 0, y: 0, width: widthOf(meta, geometry), height: heightOf(meta, geometry) }
  try {
    const region = await reader.read(boxOf(meta, request, whole), signal)
    const [gone] = region.absent
    if (gone === undefined) return pixelsOf(meta, geometry, whole, region.bytes)
    if (region.absent.length === region.chunks && (await neverRecorded(request, signal)))
      return neverAcquired(request)
    return {
      missing: 'missing',
      reason: `${region.absent.length} of ${region.chunks} chunks of ${where} ${region.absent.length > 1 ? 'are' : 'is'} missing: ${gone}${region.absent.length > 1 ? ' …' : ''}.`
    }
  } catch (error) {
    if (error instanceof ChunkDamage) return { missing: 'damaged', reason: `In ${where}, ${error.message}.` }
    throw error
  }
}

/** A rectangle of a plane; chunks that are gone are holes in it. */
export async function readPart(
  reader: ArrayReader,
  request: PlaneRequest,
  wanted: Rectangle,
  signal?: AbortSignal
): Promise<PlanePart | MissingPlane> {
  const { meta } = reader
  const { geometry, where } = request
  const holes: Hole[] = []
  const gone: Gone = (place, error) => {
    const { x, y } = geometry
    const of = (axis: number | null, list: readonly number[], otherwise: number): number =>
      axis === null ? otherwise : (list[axis] as number)
    holes.push({
      x: of(x, place.start, 0) - wanted.x,
      y: of(y, place.start, 0) - (y === null ? 0 : wanted.y),
      width: of(x, place.count, 1),
      height: of(y, place.count, 1),
      missing: error === null ? 'missing' : 'damaged',
      reason: error === null ? `${place.name} of ${where} is missing.` : `In ${where}, ${error.message}.`
    })
  }
  try {
    const region = await reader.read(boxOf(meta, request, wanted), signal, gone)
    if (region.absent.length === region.chunks && (await neverRecorded(request, signal)))
      return neverAcquired(request)
    return { ...pixelsOf(meta, geometry, wanted, region.bytes), holes }
  } catch (error) {
    if (error instanceof ChunkDamage) return { missing: 'damaged', reason: `In ${where}, ${error.message}.` }
    throw error
  }
}

function pixelsOf(meta: ArrayMeta, { y, x, s }: Geometry, size: Rectangle, bytes: Uint8Array): Plane {
  const { width, height } = size
  const samples = s === null ? 1 : (meta.shape[s] as number)
  const { pixelType } = meta.type
  const rows = y !== null && y > x ? turned(bytes, width, height, meta.type.bytes) : bytes
  return { width, height, samples, pixelType, data: typedView(pixelType, wholeBuffer(rows)) }
}

const neverAcquired = ({ index, where }: PlaneRequest): MissingPlane => ({
  missing: 'never acquired',
  reason: `No frame was recorded at [${index.join(', ')}] of ${where}.`
})

/** Records that can't be read leave it open. */
async function neverRecorded({ recorded, index }: PlaneRequest, signal?: AbortSignal): Promise<boolean> {
  try {
    return recorded !== null && !(await recorded.load(signal)).has(index)
  } catch (error) {
    if (error instanceof Failed) return false
    throw error
  }
}

const wholeBuffer = (bytes: Uint8Array): ArrayBuffer =>
  bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength
    ? (bytes.buffer as ArrayBuffer)
    : bytes.slice().buffer

/** A picture that is stored column by column (x before y). */
function turned(bytes: Uint8Array, width: number, height: number, size: number): Uint8Array {
  const out = new Uint8Array(bytes.length)
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const from = (x * height + y) * size
      out.set(bytes.subarray(from, from + size), (y * width + x) * size)
    }
  }
  return out
}
