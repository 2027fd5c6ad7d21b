/** The picture of a part of a plane that may be larger than memory: averaged strip by strip, or, where even that would take too long, of picked pixels. */
import type { Area, Picture, PictureSource } from '../../src-preload/contract/pixels'
import { Failed } from '../../src-preload/contract/failure'
import { measured, shownType, shrink, stepFor, type Shrunk, type Values } from '../picture'
import type { Dataset, Hole, Level, MissingPlane, PlaneBox, PlanePart } from './dataset'
import { isLarge, levelFor } from './levels'
import { picturePlane } from './picture-plane'

/** A plane of a dataset, for reading. */
export interface PlanePlace {
  readonly dataset: Dataset
  readonly image: number
  readonly index: readonly number[]
  /** Number that its pictures carry. */
  readonly frame: number
  readonly signal?: AbortSignal | undefined
}

/** So many bytes are averaged before a picture is shown: one or two seconds. */
const MOST_AVERAGED = 2 ** 30
/** So many bytes are read for picked pixels. */
const MOST_PICKED = 2 ** 28
/** A read costs at least as much time as this many bytes. */
const LEAST_READ = 1 << 16
/** Bytes in memory at a time. */
const BAND = 1 << 26

/** A plane for the screen, whatever its size: what is there of it is shown. */
export async function planePicture(place: PlanePlace, side: number): Promise<Picture | MissingPlane> {
  const { dataset, image, index, frame, signal } = place
  const [full] = dataset.levels(image)
  if (full !== undefined && isLarge(full)) return overview(place, side)
  const plane = await dataset.plane(image, index, signal)
  if (!('missing' in plane)) return picturePlane(plane, frame, side)
  return full === undefined || plane.missing === 'never acquired' ? plane : overview(place, side)
}

/** All of a plane, about `side` pixels wide or high. */
export async function overview(place: PlanePlace, side: number): Promise<Picture | MissingPlane> {
  const levels = place.dataset.levels(place.image)
  const [full] = levels
  if (full === undefined) return NO_LEVELS
  const level = levelFor(levels, Math.min(1, side / Math.max(full.width, full.height)))
  const { width, height } = levels[level] as Level
  // a copy of about this size is shown as it is stored
  const longest = Math.max(width, height)
  const most = level > 0 && longest <= side * 1.5 ? longest : side
  const picture = await boxPicture(place, { level, x: 0, y: 0, width, height }, most)
  const nothing = 'holes' in picture && picture.data.every(Number.isNaN)
  return nothing ? { missing: 'missing', reason: picture.holes ?? '' } : picture
}

/** A longer side is no part for a screen. */
const LONGEST = 8192

export interface ScreenPart {
  readonly box: PlaneBox
  /** So many of its pixels a side become one. */
  readonly step: number
}

/** What is read of an area for a screen that shows `scale` pixels for each of the plane's. Errors: `argument.invalid`. */
export function screenPart(levels: readonly Level[], area: Area, scale: number): ScreenPart {
  const onScreen = Math.max(area.width, area.height) * scale
  if (onScreen > LONGEST)
    throw new Failed(
      'argument.invalid',
      `A part of ${area.width} × ${area.height} pixels is too large to be shown.`
    )
  const level = levelFor(levels, scale)
  const box = boxIn(levels[level] as Level, level, area)
  // never coarser than the screen: a step that only just does not fit is left out
  const step = Math.max(1, Math.floor(Math.max(box.width, box.height) / onScreen + 0.25))
  return { box, step }
}

/** A part of a plane for a screen that shows `scale` pixels for each of the plane's. */
export function detail(place: PlanePlace, area: Area, scale: number): Promise<Picture | MissingPlane> {
  const levels = place.dataset.levels(place.image)
  if (levels.length === 0) return Promise.resolve(NO_LEVELS)
  const { box, step } = screenPart(levels, area, scale)
  return boxPicture(place, box, Math.ceil(Math.max(box.width, box.height) / step))
}

const NO_LEVELS: MissingPlane = { missing: 'damaged', reason: 'The image has no pixels that can be read.' }

/** The pixels of a level that cover an area of the plane. */
function boxIn({ width, height, factor }: Level, level: number, area: Area): PlaneBox {
  const along = (from: number, length: number, by: number, size: number): [number, number] => {
    const first = Math.min(size - 1, Math.max(0, Math.floor(from / by)))
    return [first, Math.max(1, Math.min(size, Math.ceil((from + length) / by)) - first)]
  }
  const [x, wide] = along(area.x, area.width, factor.x, width)
  const [y, high] = along(area.y, area.height, factor.y, height)
  return { level, x, y, width: wide, height: high }
}

async function boxPicture(place: PlanePlace, box: PlaneBox, side: number): Promise<Picture | MissingPlane> {
  const levels = place.dataset.levels(place.image)
  const level = levels[box.level] as Level
  const how = plan(level, box, side)
  const found = how.picked ? await picked(place, box, how) : await averaged(place, box, how)
  if ('missing' in found) return found
  const { pixelType, name } = found
  const { factor } = level
  const { width: fullWidth, height: fullHeight } = levels[0] as Level
  return {
    frame: place.frame,
    full: { width: fullWidth, height: fullHeight, pixelType: shownType(pixelType) },
    step: how.step,
    width: how.across,
    height: how.down,
    samples: found.samples,
    ...measured(found.data),
    saturated: null,
    area: {
      x: box.x * factor.x,
      y: box.y * factor.y,
      width: how.across * how.step * factor.x,
      height: how.down * how.step * factor.y
    },
    ...sourceOf(box, how, factor),
    ...(name === null ? {} : { holes: name })
  }
}

function sourceOf(box: PlaneBox, how: Plan, factor: Level['factor']): { readonly source?: PictureSource } {
  if (how.picked) return { source: { kind: 'picked', step: how.step * Math.max(factor.x, factor.y) } }
  if (box.level === 0) return {}
  return { source: { kind: 'level', level: box.level, factor: Math.max(factor.x, factor.y) } }
}

export interface Plan {
  readonly step: number
  readonly across: number
  readonly down: number
  readonly picked: boolean
}

/** What is affordable: means of all pixels, or one pixel of each cell, the cells so large that reading them ends soon. */
export function plan(level: Level, box: PlaneBox, side: number): Plan {
  const cells = (step: number): { across: number; down: number } => ({
    across: Math.ceil(box.width / step),
    down: Math.ceil(box.height / step)
  })
  const step = stepFor(box, side)
  if (blocksIn(level, box) * level.block.bytes <= MOST_AVERAGED || step === 1)
    return { step, ...cells(step), picked: false }
  const cost = (wanted: number): number => {
    const { across, down } = cells(wanted)
    return (wholeRows(level, box) ? down : across * down) * Math.max(LEAST_READ, level.block.bytes)
  }
  let wanted = step
  while (cost(wanted) > MOST_PICKED && wanted < Math.max(box.width, box.height))
    wanted = Math.ceil(wanted * 1.2)
  return { step: wanted, ...cells(wanted), picked: true }
}

/** A read of one row gets all the picked pixels in it. */
const wholeRows = ({ block }: Level, box: PlaneBox): boolean => block.width >= box.width

const blocksIn = ({ block }: Level, box: PlaneBox): number => {
  const along = (from: number, length: number, size: number): number =>
    Math.floor((from + length - 1) / size) - Math.floor(from / size) + 1
  return along(box.x, box.width, block.width) * along(box.y, box.height, block.height)
}

const partOf = (
  { dataset, image, index, signal }: PlanePlace,
  box: PlaneBox
): Promise<PlanePart | MissingPlane> => dataset.part(image, index, box, signal)

/** The values of a box. */
interface Found extends Omit<Shrunk, 'saturated'> {
  readonly pixelType: PlanePart['pixelType']
  /** Why some values are NaN. */
  readonly name: string | null
}

/** Band by band of whole cells and, where they fit in, of whole blocks. */
async function averaged(place: PlanePlace, box: PlaneBox, how: Plan): Promise<Found | MissingPlane> {
  const { block } = place.dataset.levels(place.image)[box.level] as Level
  const rowBytes = (box.width * block.bytes) / (block.width * block.height)
  const fits = Math.max(how.step, Math.max(block.height, Math.floor(BAND / rowBytes)))
  const rows = Math.max(1, Math.floor(fits / how.step)) * how.step
  const sheet = new Sheet(how.across, how.down)
  for (let y = 0; y < box.height; y += rows) {
    const height = Math.min(rows, box.height - y)
    const part = await partOf(place, { ...box, y: box.y + y, height })
    if ('missing' in part) return part
    sheet.put(part, shrinkPart(part, how.step), 0, y / how.step, how.across)
  }
  return sheet.found()
}

/** The pixel in the middle of each cell. */
async function picked(place: PlanePlace, box: PlaneBox, how: Plan): Promise<Found | MissingPlane> {
  const level = place.dataset.levels(place.image)[box.level] as Level
  const middle = (cell: number, length: number): number =>
    Math.min(length - 1, cell * how.step + Math.floor(how.step / 2))
  const rows = wholeRows(level, box)
  const sheet = new Sheet(how.across, how.down)
  for (let row = 0; row < how.down; row++) {
    const y = box.y + middle(row, box.height)
    for (let column = 0; column < (rows ? 1 : how.across); column++) {
      const x = rows ? box.x : box.x + middle(column, box.width)
      const wanted = { level: box.level, x, y, width: rows ? box.width : 1, height: 1 }
      const part = await partOf(place, wanted)
      if ('missing' in part) return part
      const { data, samples } = shrinkPart(part, 1)
      const chosen = rows ? every(data, samples, how.across, (cell) => middle(cell, box.width)) : data
      sheet.put(part, { data: chosen, samples }, column, row, rows ? how.across : 1)
    }
  }
  return sheet.found()
}

function every(data: Values, samples: number, cells: number, at: (cell: number) => number): Values {
  const out = data.slice(0, cells * samples)
  for (let cell = 0; cell < cells; cell++) {
    const from = at(cell) * samples
    out.set(data.subarray(from, from + samples), cell * samples)
  }
  return out
}

/** Means of a part; what is not there is NaN, and is left out of the means. */
function shrinkPart(part: PlanePart, step: number): Omit<Shrunk, 'saturated'> {
  const { width, height, holes } = part
  if (holes.length === 0) return shrink(part.data, part, step, null)
  const { data, samples } = shrink(part.data, part, 1, null)
  const open = Float32Array.from(data)
  for (const hole of holes) blank(open, width, samples, hole)
  return shrink(open, { width, height, samples, pixelType: 'float32' }, step, null)
}

function blank(values: Float32Array, width: number, samples: number, hole: Hole): void {
  for (let y = hole.y; y < hole.y + hole.height; y++) {
    const from = (y * width + hole.x) * samples
    values.fill(NaN, from, from + hole.width * samples)
  }
}

/** Values that come in pieces; they become floats as soon as one of them is missing. */
class Sheet {
  #data: Values | null = null
  #samples: 1 | 3 = 1
  #pixelType: PlanePart['pixelType'] = 'uint8'
  readonly #holes: Hole[] = []
  #gone = 0

  constructor(
    readonly width: number,
    readonly height: number
  ) {}

  /** `wide` values a row, from this cell on. */
  put(part: PlanePart, piece: Omit<Shrunk, 'saturated'>, x: number, y: number, wide: number): void {
    const { data, samples } = piece
    this.#pixelType = part.pixelType
    this.#samples = samples
    this.#gone += part.holes.length
    if (this.#holes.length === 0) this.#holes.push(...part.holes.slice(0, 1))
    this.#data ??= like(data, this.width * this.height * samples)
    if (data instanceof Float32Array && !(this.#data instanceof Float32Array))
      this.#data = Float32Array.from(this.#data)
    for (let row = 0; row * wide * samples < data.length; row++) {
      const values = data.subarray(row * wide * samples, (row + 1) * wide * samples)
      this.#data.set(values, ((y + row) * this.width + x) * samples)
    }
  }

  found(): Found | MissingPlane {
    const data = this.#data
    const [hole] = this.#holes
    if (data === null) return NO_LEVELS
    const more = this.#gone > 1 ? ` ${this.#gone - 1} more parts are not there either.` : ''
    return {
      data,
      samples: this.#samples,
      pixelType: this.#pixelType,
      name: hole === undefined ? null : `${hole.reason}${more}`
    }
  }
}

const like = (data: Values, length: number): Values =>
  data instanceof Uint8Array
    ? new Uint8Array(length)
    : data instanceof Uint16Array
      ? new Uint16Array(length)
      : new Float32Array(length)
