/** The arrays of a multiscale image as the resolutions of its planes: which of them show the same as the largest. */
import { Failed } from '../../../src-preload/contract/failure'
import type { Level } from '../dataset'
import { isLarge, isSmallerCopy } from '../levels'
import { ArrayUnsupported, metaOf, type ArrayMeta } from './array-meta'
import { readNode, type ZarrNode } from './node'
import type { Multiscale } from './ome-attributes'
import { heightOf, widthOf, type Geometry } from './plane-reader'
import { arrayReader, type ArrayReader } from './read-region'
import { joinKey, type Store } from './store'

export interface ArrayLevel {
  readonly path: string
  readonly reader: ArrayReader
  readonly level: Level
}

export interface Pyramid {
  readonly path: string
  readonly multiscale: Multiscale | null
  /** Of the largest array. */
  readonly meta: ArrayMeta
  readonly geometry: Geometry
}

const MOST_LEVELS = 32

/** Null as `factor`: the sizes tell it. */
export function arrayLevel(
  reader: ArrayReader,
  path: string,
  geometry: Geometry,
  factor: Level['factor'] | null
): ArrayLevel {
  const { meta } = reader
  const chunk = meta.chain.sharding?.chunk ?? meta.chunk
  const [width, height] = [widthOf(meta, geometry), heightOf(meta, geometry)]
  return {
    path,
    reader,
    level: {
      width,
      height,
      factor: factor ?? { x: 1, y: 1 },
      block: {
        width: chunk[geometry.x] as number,
        height: geometry.y === null ? 1 : (chunk[geometry.y] as number),
        bytes: chunk.reduce((all, size) => all * size, meta.type.bytes)
      }
    }
  }
}

/** The smaller arrays that show the same planes in the same kind of pixels, largest first. One that is damaged is left out. */
export async function smallerArrays(store: Store, pyramid: Pyramid): Promise<ArrayLevel[]> {
  const { path, multiscale, geometry } = pyramid
  const found: ArrayLevel[] = []
  let before = { width: widthOf(pyramid.meta, geometry), height: heightOf(pyramid.meta, geometry) }
  const names = isLarge(before) ? (multiscale?.paths.slice(1, MOST_LEVELS) ?? []) : []
  for (const [at, name] of names.entries()) {
    const arrayPath = joinKey(path, name)
    const meta = await arrayAt(store, arrayPath)
    if (meta === null || !sameStack(meta, pyramid)) continue
    const size = { width: widthOf(meta, geometry), height: heightOf(meta, geometry) }
    if (!isSmallerCopy(size, before)) continue
    const factor = factorOf(pyramid, size, multiscale?.scales[at + 1] ?? null)
    found.push(arrayLevel(arrayReader(store, arrayPath, meta), arrayPath, geometry, factor))
    before = size
  }
  return found
}

async function arrayAt(store: Store, path: string): Promise<ArrayMeta | null> {
  if (!(await store.inside(path))) return null
  try {
    const node: ZarrNode | null = await readNode(store, path)
    return node?.kind === 'array' ? metaOf(node) : null
  } catch (error) {
    if (error instanceof ArrayUnsupported || error instanceof Failed) return null
    throw error
  }
}

/** A copy that is also thinner along other axes has no plane of its own for each plane. */
function sameStack(meta: ArrayMeta, { meta: full, geometry }: Pyramid): boolean {
  const { outerAxes, s } = geometry
  return (
    meta.type.pixelType === full.type.pixelType &&
    meta.shape.length === full.shape.length &&
    [...outerAxes, ...(s === null ? [] : [s])].every((axis) => meta.shape[axis] === full.shape[axis])
  )
}

/** By the scales of the metadata, where the sizes agree with them; else by the sizes. A size that was rounded would shift the picture. */
function factorOf(
  { meta, geometry, multiscale }: Pyramid,
  { width, height }: { readonly width: number; readonly height: number },
  scale: readonly number[] | null
): Level['factor'] {
  const along = (axis: number | null, size: number, copy: number): number => {
    const bySize = size / copy
    const [own, first] = axis === null ? [] : [scale?.[axis], multiscale?.scales[0]?.[axis]]
    const told = own === undefined || first === undefined ? NaN : own / first
    return Math.abs(size - copy * told) <= told ? told : bySize
  }
  return {
    x: along(geometry.x, widthOf(meta, geometry), width),
    y: along(geometry.y, heightOf(meta, geometry), height)
  }
}
