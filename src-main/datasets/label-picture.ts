/** The values of a label in a part of the frame, as fine as the screen shows them. Numbers of objects have no mean: single pixels are picked. */
import { Failed } from '../../src-preload/contract/failure'
import type { LabelPicture } from '../../src-preload/contract/label'
import type { Area } from '../../src-preload/contract/pixels'
import { screenPart } from './box-picture'
import type { LabelImage, Level, PlaneBox, PlanePart } from './dataset'

/** So many bytes are read for one look. */
const MOST_READ = 2 ** 30
const BAND = 1 << 26

export async function labelPicture(
  label: LabelImage,
  index: readonly number[],
  area: Area,
  scale: number,
  signal?: AbortSignal
): Promise<LabelPicture> {
  const { name, reason } = label.info
  if (reason !== null) throw new Failed('dataset.unsupported', reason)
  const { factor } = label
  const own: Area = {
    x: area.x / factor.x,
    y: area.y / factor.y,
    width: area.width / factor.x,
    height: area.height / factor.y
  }
  const { box, step } = screenPart(label.levels, own, scale * Math.max(factor.x, factor.y))
  const level = label.levels[box.level] as Level
  if (box.width * box.height * bytesPerPixel(level) > MOST_READ)
    throw new Failed('dataset.unsupported', `The label ${name} is too large to be shown whole.`, {
      next: 'Zoom in to see it.'
    })
  const { values, width, height, holes } = await picked({ label, index, box, step, signal })
  const across = { x: level.factor.x * factor.x, y: level.factor.y * factor.y }
  return {
    area: {
      x: box.x * across.x,
      y: box.y * across.y,
      width: width * step * across.x,
      height: height * step * across.y
    },
    width,
    height,
    values,
    step: step * Math.max(across.x, across.y),
    ...(holes === null ? {} : { holes })
  }
}

const bytesPerPixel = ({ block }: Level): number => block.bytes / (block.width * block.height)

interface Reading {
  readonly label: LabelImage
  readonly index: readonly number[]
  readonly box: PlaneBox
  readonly step: number
  readonly signal: AbortSignal | undefined
}

interface Picked {
  readonly values: LabelPicture['values']
  readonly width: number
  readonly height: number
  readonly holes: string | null
}

/** Band by band of whole blocks; of each cell the pixel in its middle. */
async function picked({ label, index, box, step, signal }: Reading): Promise<Picked> {
  const level = label.levels[box.level] as Level
  const width = Math.ceil(box.width / step)
  const height = Math.ceil(box.height / step)
  const wide = box.width * bytesPerPixel(level)
  const rows = Math.max(1, Math.floor(Math.max(level.block.height, BAND / wide) / step)) * step
  const values = new Float64Array(width * height)
  let holes: string | null = null
  for (let y = 0; y < box.height; y += rows) {
    const band = { ...box, y: box.y + y, height: Math.min(rows, box.height - y) }
    const part = await label.part(index, band, signal)
    if ('missing' in part) throw new Failed('frame.lost', part.reason)
    holes ??= part.holes.find(({ missing }) => missing === 'damaged')?.reason ?? null
    takeCells(part, step, width, values.subarray((y / step) * width))
  }
  const small = values.every((value) => value >= 0 && value < 2 ** 32)
  return { values: small ? Uint32Array.from(values) : values, width, height, holes }
}

function takeCells(
  { data, width, height, holes }: PlanePart,
  step: number,
  across: number,
  into: Float64Array
): void {
  const middle = (cell: number, length: number): number => Math.min(length - 1, cell * step + (step >> 1))
  const gone = (x: number, y: number): boolean =>
    holes.some((hole) => x >= hole.x && y >= hole.y && x < hole.x + hole.width && y < hole.y + hole.height)
  for (let row = 0; row * step < height; row++) {
    const y = middle(row, height)
    for (let column = 0; column < across; column++) {
      const x = middle(column, width)
      into[row * across + column] = holes.length > 0 && gone(x, y) ? 0 : Number(data[y * width + x])
    }
  }
}
