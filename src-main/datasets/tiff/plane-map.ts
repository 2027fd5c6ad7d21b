/** Which directory of which file holds plane (z, c, t) of an image: the rules of OME's TiffData (OME-TIFF specification, "The TiffData element"). */
import type { OmeImage, OmePixels, TiffDataBlock } from './ome-model'

export interface PlanePlace {
  /** Number of the file in the set. */
  readonly file: number
  readonly ifd: number
}

export interface PlaneSizes {
  readonly z: number
  /** Channels as planes: samples of one pixel count once. */
  readonly c: number
  readonly t: number
}

export interface PlaneMap {
  readonly sizes: PlaneSizes
  readonly planes: number
  /** Number of a plane in DimensionOrder. */
  number(z: number, c: number, t: number): number
  place(plane: number): PlanePlace | null
  /** Planes whose place `isThere` accepts. */
  present(isThere: (place: PlanePlace) => boolean): number
}

interface Run {
  readonly first: number
  readonly count: number
  readonly file: number
  readonly ifd: number
}

/** `fileOf` tells the file of a block, null where it could not be found; `pages` the known length of a file, where it is needed. */
export function planeMap(
  image: OmeImage,
  pixels: OmePixels,
  samples: number,
  fileOf: (block: TiffDataBlock | null) => number | null,
  pages: (file: number) => number
): PlaneMap {
  const sizes = { z: pixels.sizeZ, c: Math.max(1, Math.ceil(pixels.sizeC / samples)), t: pixels.sizeT }
  const order = dimensionOrder(pixels.order)
  const planes = sizes.z * sizes.c * sizes.t
  const number = (z: number, c: number, t: number): number => {
    const at = { z, c, t }
    let sum = 0
    let step = 1
    for (const axis of order) {
      sum += at[axis] * step
      step *= sizes[axis]
    }
    return sum
  }
  const runs: Run[] = []
  const add = (block: TiffDataBlock | null): void => {
    const file = fileOf(block)
    if (file === null) return
    const first = block === null ? 0 : number(block.firstZ, Math.floor(block.firstC / samples), block.firstT)
    // Specification: with IFD the count is 1 unless given; without both, the whole file.
    const count = block?.planeCount ?? (block === null || block.ifd === null ? pages(file) : 1)
    runs.push({ first, count: Math.min(count, planes - first), file, ifd: block?.ifd ?? 0 })
  }
  if (image.tiffData.length === 0) add(null)
  else image.tiffData.forEach(add)
  const sorted = runs.filter(({ count }) => count > 0).sort((a, b) => a.first - b.first)
  return {
    sizes,
    planes,
    number,
    place: (plane) => find(sorted, plane),
    present: (isThere) => present(sorted, planes, isThere)
  }
}

function find(runs: readonly Run[], plane: number): PlanePlace | null {
  let low = 0
  let high = runs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((runs[middle] as Run).first <= plane) low = middle + 1
    else high = middle
  }
  const run = runs[low - 1]
  return run !== undefined && plane < run.first + run.count
    ? { file: run.file, ifd: run.ifd + plane - run.first }
    : null
}

/** Counts plane by plane and not run by run: runs may overlap, and any page may be missing. */
function present(runs: readonly Run[], planes: number, isThere: (place: PlanePlace) => boolean): number {
  let count = 0
  let until = 0
  for (const { first, count: length, file, ifd } of runs) {
    for (let plane = Math.max(first, until); plane < Math.min(first + length, planes); plane++) {
      if (isThere({ file, ifd: ifd + plane - first })) count++
    }
    until = Math.max(until, first + length)
  }
  return count
}

export type PlaneAxis = 'z' | 'c' | 't'

/** The axes of planes, fastest first. An order that is none is taken as OME's default. */
export function dimensionOrder(text: string): readonly PlaneAxis[] {
  const axes = text.toLowerCase().replace(/^xy/, '')
  return /^(?=.*z)(?=.*c)(?=.*t)[zct]{3}$/.test(axes) ? ([...axes] as PlaneAxis[]) : ['z', 'c', 't']
}
