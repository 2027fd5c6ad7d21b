/** Holds two datasets against each other, frame by frame and value by value, in the same terms in which a copy is proven equal. */
import type { ComparisonReport } from '../../../src-preload/contract/compare'
import { recordValue, type FrameRecord, type Json } from '../../../src-preload/contract/record'
import { copiedGlobals } from '../copy/copy-globals'
import { copyRecord, sameValue } from '../copy/copy-record'
import { rowReader } from '../copy/source-frames'
import type { Dataset, FrameRow, MissingPlane, Plane, PlanePart } from '../dataset'
import { planeBytes } from '../plane'
import { bands, isReadByPieces, type PlaneOf } from '../plane-pieces'
import { numbersOf } from '../plane-numbers'

/** So many of each kind are named; all are counted. */
const MOST_NAMED = 100

interface Found {
  samePlanes: number
  readonly differentPlanes: { frame: number; most: number | null; why: string }[]
  differentPlaneCount: number
  readonly differentValues: { frame: number; key: string; values: [string, string] }[]
  differentValueCount: number
}

export async function compareDatasets(
  left: Dataset,
  right: Dataset,
  { signal, pixels = true }: { readonly signal?: AbortSignal; readonly pixels?: boolean } = {}
): Promise<ComparisonReport> {
  const found: Found = {
    samePlanes: 0,
    differentPlanes: [],
    differentPlaneCount: 0,
    differentValues: [],
    differentValueCount: 0
  }
  const compared = Math.min(left.frames, right.frames)
  const [leftRow, rightRow] = [rowReader(left), rowReader(right)]
  for (let frame = 0; frame < compared; frame++) {
    signal?.throwIfAborted()
    const [a, b] = await Promise.all([leftRow(frame, signal), rightRow(frame, signal)])
    compareRecords(frame, a.record, b.record, found)
    if (pixels) await comparePixels(left, a, right, b, found, signal)
  }
  const about = await differencesAbout(left, right)
  return {
    equal: about.length === 0 && found.differentPlaneCount === 0 && found.differentValueCount === 0,
    paths: [left.path, right.path],
    frames: [left.frames, right.frames],
    comparedFrames: compared,
    ...found,
    about
  }
}

/** Records in the terms of the writers: an unknown plane value is the same as none. */
function compareRecords(frame: number, a: FrameRecord, b: FrameRecord, found: Found): void {
  const [one, other] = [copyRecord(a, {}), copyRecord(b, {})]
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const [first, second] = [recordValue(one, key), recordValue(other, key)]
    if (first !== undefined && second !== undefined && sameValue(first, second)) continue
    found.differentValueCount++
    if (found.differentValues.length < MOST_NAMED)
      found.differentValues.push({ frame, key, values: [shown(first), shown(second)] })
  }
}

/** `–` stands for no value. */
const shown = (value: Json | undefined): string =>
  value === undefined
    ? '–'
    : JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part))

async function comparePixels(
  left: Dataset,
  a: FrameRow,
  right: Dataset,
  b: FrameRow,
  found: Found,
  signal?: AbortSignal
): Promise<void> {
  const [one, other] = [
    { dataset: left, image: a.image, index: a.storageIndex, signal },
    { dataset: right, image: b.image, index: b.storageIndex, signal }
  ]
  const large = [one, other].some(({ dataset, image }) => isReadByPieces(dataset, image))
  const different = large
    ? await differentLargePixels(one, other)
    : differentPixels(
        ...(await Promise.all([
          left.plane(a.image, a.storageIndex, signal),
          right.plane(b.image, b.storageIndex, signal)
        ]))
      )
  if (different === null) {
    found.samePlanes++
    return
  }
  found.differentPlaneCount++
  if (found.differentPlanes.length < MOST_NAMED) found.differentPlanes.push({ frame: a.frame, ...different })
}

interface DifferentPixels {
  readonly most: number | null
  readonly why: string
}

/** Band by band, each in memory for itself alone. What is missing in both, at the same place, is the same. */
async function differentLargePixels(one: PlaneOf, other: PlaneOf): Promise<DifferentPixels | null> {
  const size = ({ dataset, image }: PlaneOf): string => {
    const { width = 0, height = 0 } = dataset.levels(image)[0] ?? {}
    return `${width} × ${height}`
  }
  if (size(one) !== size(other)) return { most: null, why: `${size(one)} and ${size(other)}` }
  let found: DifferentPixels | null = null
  let y = 0
  for await (const band of bands(one)) {
    if ('missing' in band) return differentPixels(band, await other.dataset.plane(other.image, other.index))
    const box = { level: 0, x: 0, y, width: band.width, height: band.height }
    const beside = await other.dataset.part(other.image, other.index, box, other.signal)
    y += band.height
    if ('missing' in beside) return differentPixels(band, beside)
    const holes = ({ holes }: PlanePart): string =>
      JSON.stringify(holes.map(({ x, y: top, width, height }) => [x, top, width, height]))
    if (holes(band) !== holes(beside))
      return {
        most: null,
        why: `parts of it are missing: ${(band.holes[0] ?? beside.holes[0])?.reason ?? ''}`
      }
    const different = differentPixels(withoutHoles(band), withoutHoles(beside))
    if (different?.most === null) return different
    if (different !== null && (different.most ?? 0) > (found?.most ?? -1)) found = different
  }
  return found
}

/** Pixels in holes are of no use, and are made alike. */
function withoutHoles(part: PlanePart): PlanePart {
  const bytes = planeBytes(part)
  const perPixel = bytes.length / (part.width * part.height)
  for (const hole of part.holes)
    for (let y = hole.y; y < hole.y + hole.height; y++) {
      const from = (y * part.width + hole.x) * perPixel
      bytes.fill(0, from, from + hole.width * perPixel)
    }
  return part
}

/** Two planes that are missing are the same: nothing tells them apart. */
function differentPixels(one: Plane | MissingPlane, other: Plane | MissingPlane): DifferentPixels | null {
  if ('missing' in one || 'missing' in other) {
    if ('missing' in one && 'missing' in other) return null
    const [which, plane] = 'missing' in one ? ['first', one] : ['second', other as MissingPlane]
    return { most: null, why: `it is missing in the ${which} dataset: ${plane.reason}` }
  }
  const form = ({ width, height, samples, pixelType }: Plane): string =>
    `${width} × ${height}${samples > 1 ? ` × ${samples}` : ''} ${pixelType}`
  if (form(one) !== form(other)) return { most: null, why: `${form(one)} and ${form(other)}` }
  if (Buffer.compare(planeBytes(one), planeBytes(other)) === 0) return null
  return { most: mostApart(one, other), why: 'its pixels are others' }
}

/** The greatest difference of a pixel; null where only NaNs differ. */
function mostApart(one: Plane, other: Plane): number | null {
  const [a, b] = [numbersOf(one).values, numbersOf(other).values]
  let most = 0
  for (let i = 0; i < a.length; i++) {
    const apart = Math.abs((a[i] as number) - (b[i] as number))
    if (apart > most) most = apart
  }
  return most > 0 ? most : null
}

/** What is about the datasets as wholes. Keys are described by unit and type of value; the axes' order is that of each format. */
async function differencesAbout(left: Dataset, right: Dataset): Promise<string[]> {
  const about: string[] = []
  if (left.frames !== right.frames)
    about.push(
      `They have ${left.frames} and ${right.frames} frames; those beyond the shorter one were not compared.`
    )
  if (left.images.length !== right.images.length)
    about.push(`They have ${left.images.length} and ${right.images.length} images.`)
  left.images.forEach((image, number) => {
    const other = right.images[number]
    if (other === undefined) return
    for (const [what, a, b] of [
      ['name', image.name, other.name],
      ['axes', axesWords(image.axes), axesWords(other.axes)],
      [
        'channels',
        image.channels.map(({ name }) => name).join(', '),
        other.channels.map(({ name }) => name).join(', ')
      ]
    ] as const)
      if (a !== b) about.push(`Image ${number} has other ${what}: ${a || '–'} and ${b || '–'}.`)
  })
  const keysOf = async (dataset: Dataset): Promise<Map<string, string>> =>
    new Map((await dataset.keys()).map(({ key, unit = '' }) => [key, unit]))
  const [one, other] = [await keysOf(left), await keysOf(right)]
  for (const key of new Set([...one.keys(), ...other.keys()])) {
    const [a, b] = [one.get(key), other.get(key)]
    if (a === undefined || b === undefined)
      about.push(`The key ${key} is described in the ${a === undefined ? 'second' : 'first'} alone.`)
    else if (a !== b) about.push(`The key ${key} has the unit ${a || '–'} and ${b || '–'}.`)
  }
  if (!sameValue((await left.events()) as unknown as Json, (await right.events()) as unknown as Json))
    about.push('Their events are not the same.')
  const [globals, others] = [copiedGlobals(left), copiedGlobals(right)]
  for (const namespace of new Set([...globals.keys(), ...others.keys()]))
    if (!sameValue(globals.get(namespace), others.get(namespace)))
      about.push(`The metadata ${namespace.trim() || 'of the dataset'} is not the same.`)
  return about
}

const axesWords = (axes: Dataset['images'][number]['axes']): string =>
  axes
    .filter(({ size, name }) => size > 1 || ['y', 'x'].includes(name))
    .map(({ name, size, scale, unit }) =>
      [
        name,
        String(size),
        ...(scale === undefined ? [] : [`step ${Number(scale.toPrecision(12))}`]),
        unit ?? ''
      ]
        .join(' ')
        .trim()
    )
    .join(', ')
