/** A plane piece by piece, whatever its size: all of it passes by, a few blocks at a time, and what is not there is counted in blocks. */
import { BYTES_PER_SAMPLE } from './plane'
import type { Dataset, Hole, Level, MissingPlane, PlaneBox, PlanePart } from './dataset'

/** Larger planes are not read whole where nobody needs all of them at once. */
const MOST_WHOLE = 2 ** 28
/** Bytes of a piece, where the blocks let it be so small. */
const PIECE = 2 ** 26
/** More is never taken for a piece, but for one block. */
const MOST_PIECE = 2 ** 29

/** A plane of a dataset. */
export interface PlaneOf {
  readonly dataset: Dataset
  readonly image: number
  readonly index: readonly number[]
  readonly signal?: AbortSignal | undefined
}

export function planeLength({ images }: Dataset, image: number): number {
  const info = images[image]
  if (info === undefined) return 0
  const picture = info.axes.filter(({ name }) => ['y', 'x', 's'].includes(name))
  return picture.reduce((all, { size }) => all * size, BYTES_PER_SAMPLE[info.pixelType])
}

export const isReadByPieces = (dataset: Dataset, image: number): boolean =>
  planeLength(dataset, image) > MOST_WHOLE

/** Bands of whole rows, from the top down. Blocks that are too wide for memory are decoded again for each band. */
export async function* bands(plane: PlaneOf): AsyncGenerator<PlanePart | MissingPlane> {
  const full = plane.dataset.levels(plane.image)[0]
  if (full === undefined) return
  const { rows, columns } = pieceOf(full)
  const high = columns === full.width ? rows : Math.max(1, Math.floor(PIECE / rowBytes(full, full.width)))
  yield* pieces(plane, full, { rows: high, columns: full.width })
}

interface PieceSize {
  readonly rows: number
  readonly columns: number
}

const rowBytes = ({ block }: Level, width: number): number =>
  (width * block.bytes) / (block.width * block.height)

/** Whole blocks: rows of them where those fit, else as many of one row as do. */
function pieceOf(full: Level): PieceSize {
  const { width, block } = full
  const fitting = (bytes: number): number => Math.max(1, Math.floor(PIECE / bytes))
  const blockRow = rowBytes(full, width) * block.height
  if (blockRow <= MOST_PIECE) return { rows: fitting(blockRow) * block.height, columns: width }
  return { rows: block.height, columns: Math.min(width, fitting(block.bytes) * block.width) }
}

async function* pieces(
  { dataset, image, index, signal }: PlaneOf,
  { width, height }: Level,
  { rows, columns }: PieceSize
): AsyncGenerator<PlanePart | MissingPlane> {
  for (let y = 0; y < height; y += rows) {
    for (let x = 0; x < width; x += columns) {
      signal?.throwIfAborted()
      const box: PlaneBox = {
        level: 0,
        x,
        y,
        width: Math.min(columns, width - x),
        height: Math.min(rows, height - y)
      }
      yield await dataset.part(image, index, box, signal)
    }
  }
}

/** How much of a plane is there. */
export type Soundness =
  | { readonly kind: 'whole' }
  | { readonly kind: 'gone'; readonly why: MissingPlane }
  /** `blocks` of `of` are not there; `damaged`: some of them are there and can't be read. */
  | {
      readonly kind: 'in part'
      readonly blocks: number
      readonly of: number
      readonly damaged: boolean
      readonly reason: string
    }

/** Reads all of a plane. */
export async function soundness(plane: PlaneOf): Promise<Soundness> {
  const full = plane.dataset.levels(plane.image)[0]
  if (full === undefined || !isReadByPieces(plane.dataset, plane.image)) {
    const found = await plane.dataset.plane(plane.image, plane.index, plane.signal)
    if (!('missing' in found)) return { kind: 'whole' }
    if (full === undefined) return { kind: 'gone', why: found }
    const holes = await holesOf(plane, full)
    return holes.kind === 'whole' ? { kind: 'gone', why: found } : holes
  }
  return holesOf(plane, full)
}

async function holesOf(plane: PlaneOf, full: Level): Promise<Soundness> {
  const of = Math.ceil(full.width / full.block.width) * Math.ceil(full.height / full.block.height)
  let blocks = 0
  let damaged = false
  let first: Hole | null = null
  for await (const piece of pieces(plane, full, pieceOf(full))) {
    if ('missing' in piece) return { kind: 'gone', why: piece }
    for (const hole of piece.holes) {
      blocks += Math.ceil(hole.width / full.block.width) * Math.ceil(hole.height / full.block.height)
      damaged ||= hole.missing === 'damaged'
      first ??= hole
    }
  }
  if (first === null) return { kind: 'whole' }
  const { missing, reason } = first
  return blocks < of
    ? { kind: 'in part', blocks, of, damaged, reason }
    : { kind: 'gone', why: { missing: damaged ? 'damaged' : missing, reason } }
}
