/**
 * The settings of a copy: the axes of its source where the frames fill them, else one axis of time with the place in the source as keys. Knows
 * what both formats have a place for, and says what it had to change.
 */
import { Failed } from '../../../src-preload/contract/failure'
import type { AxisInfo, ImageInfo } from '../../../src-preload/contract/dataset'
import type { PixelType } from '../../../src-preload/contract/pixels'
import type { FrameRecord } from '../../../src-preload/contract/record'
import type { AcquisitionSettings, Channel, Dimension, Position } from '../../formats/settings'
import { safeName } from '../../formats/plan-positions'
import { lengthUnit, timeUnit } from '../../formats/units'
import type { Dataset, FrameRow } from '../dataset'
import { outerSizes, PICTURE_AXES, type Choice } from './choice'
import type { OwnSettings } from './own-settings'

/** One frame of the copy, or a place that stays empty. */
export interface Step {
  /** Acquisition number in the source; null: nothing was recorded here. */
  readonly frame: number | null
  /** Which sample of an RGB pixel. */
  readonly sample: number
}

export interface CopyPlan {
  readonly settings: Omit<AcquisitionSettings, 'rootPath'>
  /** '' where it is not known. */
  readonly startedAt: string
  steps(): Iterable<Step>
  readonly frames: number
  /** Keys that a frame gets because its place in the source would be lost. */
  extra(row: FrameRow): FrameRecord
  readonly notes: readonly string[]
}

export const counted = (frames: number): string => (frames === 1 ? '1 frame has' : `${frames} frames have`)

type Kind = 'time' | 'channel' | 'space'
const LETTERS: Readonly<Record<Kind, string>> = { time: 't', channel: 'c', space: 'z' }
const KINDS: Readonly<Record<string, Kind>> = { t: 'time', c: 'channel', z: 'space' }

/** One loop over the source: along an outer axis, the images, or the samples of a pixel. */
interface Loop {
  readonly over: number | 'image' | 'sample'
  readonly values: readonly number[]
  readonly dimension: Dimension
}

/** `marked`: every frame gets its number in the source as a key, so that a place without pixels is not taken for a black frame. */
export function copyPlan(
  dataset: Dataset,
  choice: Choice,
  own: OwnSettings | null,
  marked: boolean
): CopyPlan {
  const first = dataset.images[choice.images[0] ?? 0]
  if (first === undefined || choice.frames.length === 0) throw nothingChosen(dataset)
  const notes: string[] = []
  const dtype = pixelTypeOf(dataset, choice, notes)
  const samples = first.axes.find(({ name }) => name === 's')?.size ?? 1
  if (choice.misplaced > 0) notes.push(`${counted(choice.misplaced)} no place of their own.`)
  const grid = fillsGrid(dataset, choice, own)
  const loops = grid ? gridLoops(dataset, choice, own, first, notes) : null
  const outer = loops ?? [flatLoop(choice)]
  if (loops === null) notes.push('The frames fill no grid of axes, so they follow each other in time.')
  const all = samples > 1 ? withSamples(outer, samples, notes) : outer
  const settings = {
    dimensions: [...all.map(({ dimension }) => dimension), ...pictureDimensions(first, own, notes)],
    dtype,
    ...(own?.significantBits == null ? {} : { significantBits: own.significantBits }),
    ...(own?.plate == null || loops === null || !loops.some(({ over }) => over === 'image')
      ? {}
      : { plate: own.plate })
  }
  return {
    settings,
    startedAt: own?.startedAt ?? '',
    frames: choice.frames.length * samples,
    steps: () => (loops === null ? flatSteps(choice, samples) : gridSteps(dataset, choice, all, samples)),
    extra: ({ frame, image, storageIndex }) => ({
      ...(marked ? { source_frame: frame } : {}),
      ...(loops === null ? placeKeys(dataset, image, storageIndex) : {})
    }),
    notes
  }
}

function nothingChosen({ path, images }: Dataset): Failed {
  const bad = images.find(({ readable }) => !readable)
  return bad === undefined
    ? new Failed('argument.invalid', `No frame of ${path} was chosen.`)
    : new Failed('dataset.unsupported', `${path} can't be copied: ${bad.reason ?? 'it is not readable'}`)
}

function pixelTypeOf({ images, path }: Dataset, choice: Choice, notes: string[]): PixelType {
  const chosen = choice.images.map((image) => images[image] as ImageInfo)
  const bad = chosen.find(({ readable }) => !readable)
  if (bad !== undefined)
    throw new Failed(
      'dataset.unsupported',
      `${bad.name} of ${path} can't be copied: ${bad.reason ?? 'its pixels are not readable'}`
    )
  const form = ({ axes, pixelType }: ImageInfo): string =>
    `${pixelType} ${axes.map(({ name, size }) => (PICTURE_AXES.includes(name) ? `${name}${size}` : name)).join(' ')}`
  const [first] = chosen
  if (first === undefined || new Set(chosen.map(form)).size > 1) {
    throw new Failed('dataset.unsupported', `The images of ${path} differ in size, type or axes.`, {
      next: 'Copy one image at a time.'
    })
  }
  const { pixelType } = first
  if (pixelType === 'complex64' || pixelType === 'complex128')
    throw new Failed(
      'dataset.unsupported',
      `${path} has complex pixels, which neither format has a place for.`
    )
  if (pixelType !== 'bool') return pixelType
  notes.push('True and false become 1 and 0 of type uint8.')
  return 'uint8'
}

/** Chosen frames keep their axes where every combination is there; so do all frames, with gaps where nothing was recorded. */
function fillsGrid(dataset: Dataset, choice: Choice, own: OwnSettings | null): boolean {
  if (choice.misplaced > 0) return false
  const axes = (dataset.images[choice.images[0] ?? 0]?.axes ?? []).filter(
    ({ name }) => !PICTURE_AXES.includes(name)
  )
  if (axes.length > 3) return false
  const product = choice.used.reduce((all, values) => all * values.length, choice.images.length)
  if (product === choice.frames.length) return true
  if (!choice.whole) return false
  const sizes = choice.images.map((image) => outerSizes(dataset, image).join())
  return own !== null || new Set(sizes).size === 1
}

function gridLoops(
  dataset: Dataset,
  choice: Choice,
  own: OwnSettings | null,
  first: ImageInfo,
  notes: string[]
): Loop[] {
  const names = first.axes.filter(({ name }) => !PICTURE_AXES.includes(name))
  const kinds = kindsOf(names, own, notes)
  const loops = names.map((axis, i): Loop => {
    const largest = Math.max(...choice.images.map((image) => outerSizes(dataset, image)[i] ?? 0))
    const product = choice.used.reduce((all, values) => all * values.length, choice.images.length)
    const values =
      product === choice.frames.length
        ? (choice.used[i] ?? [])
        : Array.from({ length: largest }, (_, at) => at)
    const kind = kinds[i] ?? 'time'
    return { over: i, values, dimension: axisDimension(axis, values, kind, own, i, first, notes) }
  })
  const ordered = own === null ? loops : own.axes.map((_, at) => loops[own.storageOrder.indexOf(at)] as Loop)
  const positions = positionLoop(dataset, choice, own, notes)
  if (positions !== null) ordered.splice(own?.positionAxis ?? 0, 0, positions)
  const [slowest] = ordered
  // one that grew while it was recorded ends with its last frame, however many steps others have
  if (slowest !== undefined && slowest.over !== 'image' && own?.axes[0]?.count === null)
    ordered[0] = { ...slowest, dimension: { ...slowest.dimension, count: null } }
  return ordered
}

/** t, c and z are what they say; other axes take a kind that is free. */
function kindsOf(axes: readonly AxisInfo[], own: OwnSettings | null, notes: string[]): Kind[] {
  if (own !== null)
    return axes.map((_, i) => {
      const type = own.axes[own.storageOrder[i] ?? 0]?.type ?? 'time'
      return type === 'other' ? 'channel' : type
    })
  const taken = new Set(axes.flatMap(({ name }) => KINDS[name.toLowerCase()] ?? []))
  const used = new Set<Kind>()
  return axes.map(({ name }) => {
    const told = KINDS[name.toLowerCase()]
    const kind =
      told !== undefined && !used.has(told)
        ? told
        : ((['time', 'space', 'channel'] as const).find((one) => !taken.has(one) && !used.has(one)) ?? 'time')
    used.add(kind)
    if (kind !== told) notes.push(`The axis ${name} is stored as ${LETTERS[kind]}.`)
    return kind
  })
}

function axisDimension(
  axis: AxisInfo,
  values: readonly number[],
  kind: Kind,
  own: OwnSettings | null,
  place: number,
  image: ImageInfo,
  notes: string[]
): Dimension {
  const told = own?.axes[own.storageOrder[place] ?? 0]
  const name = told?.name ?? LETTERS[kind]
  const type = told?.type ?? kind
  const base = { name, type, count: values.length }
  if (type === 'channel' || type === 'other') {
    const channels = values.map((at) => told?.channels[at] ?? channelOf(image, at))
    const known = told === undefined ? image.channels.length > 0 : told.channels.length > 0
    return known && type === 'channel' ? { ...base, coords: distinct(channels) } : base
  }
  return { ...base, ...spacing(values, measure(axis, kind, told ?? null, notes)) }
}

const channelOf = ({ channels }: ImageInfo, at: number): Channel => {
  const { name, color } = channels[at] ?? { name: '' }
  return {
    name: name.trim() === '' ? `Channel ${at}` : name.slice(0, 480),
    ...(color === undefined ? {} : { color })
  }
}

interface Measure {
  readonly unit?: string
  readonly scale?: number
  readonly translation?: number
}

function measure(
  { name, unit, scale, translation }: AxisInfo,
  kind: Kind,
  told: Pick<OwnSettings['y'], 'unit' | 'scale' | 'translation'> | null,
  notes: string[]
): Measure {
  if (told !== null)
    return {
      ...(told.unit === null ? {} : { unit: told.unit }),
      ...(told.scale === null ? {} : { scale: told.scale }),
      ...(told.translation === null ? {} : { translation: told.translation })
    }
  const known = unit === undefined ? null : kind === 'time' ? timeUnit(unit) : lengthUnit(unit)
  if (unit !== undefined && known === null) {
    notes.push(`The unit "${unit}" of axis ${name} is none that the formats know; it is left out.`)
    return {}
  }
  return {
    ...(known === null ? {} : { unit: known }),
    ...(scale === undefined || !(scale > 0) ? {} : { scale }),
    ...(translation === undefined ? {} : { translation })
  }
}

/** Every second step is twice as long; uneven steps have no length. */
function spacing(values: readonly number[], { unit, scale, translation }: Measure): Measure {
  const step = values.length < 2 ? 1 : (values[1] as number) - (values[0] as number)
  const even = values.every((value, i) => value === (values[0] as number) + i * step)
  if (scale === undefined || !even) return unit === undefined ? {} : { unit }
  const from = (translation ?? 0) + (values[0] ?? 0) * scale
  return {
    ...(unit === undefined ? {} : { unit }),
    scale: scale * step,
    ...(translation === undefined && from === 0 ? {} : { translation: from })
  }
}

function positionLoop(
  { images }: Dataset,
  choice: Choice,
  own: OwnSettings | null,
  notes: string[]
): Loop | null {
  if (choice.images.length < 2 && (images.length > 1 || own?.positionAxis == null)) return null
  const told = choice.images.map(
    (image): Position => own?.images[image]?.position ?? { name: images[image]?.name ?? '' }
  )
  const coords = own === null ? distinctGroups(told) : told
  if (coords.some(({ name }, i) => name !== told[i]?.name))
    notes.push('Images with the same name got a number behind it.')
  const dimension: Dimension = { name: 'p', type: 'position', count: coords.length, coords }
  return { over: 'image', values: choice.images, dimension }
}

function distinct<T extends { readonly name: string }>(items: readonly T[]): T[] {
  const seen = new Set<string>()
  return items.map((item) => {
    let name = item.name
    for (let n = 2; seen.has(name); n++) name = `${item.name} ${n}`
    seen.add(name)
    return { ...item, name }
  })
}

/** Names that do not share a group of an OME-Zarr. */
function distinctGroups(positions: readonly Position[]): Position[] {
  const seen = new Set<string>()
  return positions.map((position, i) => {
    const own = position.name.trim() === '' ? String(i) : position.name.slice(0, 480)
    let name = own
    for (let n = 2; seen.has(safeName(name).toLowerCase()); n++) name = `${own} ${n}`
    seen.add(safeName(name).toLowerCase())
    return { ...position, name }
  })
}

function pictureDimensions({ axes }: ImageInfo, own: OwnSettings | null, notes: string[]): Dimension[] {
  return (['y', 'x'] as const).map((name) => {
    const axis = axes.find((one) => one.name.toLowerCase() === name) ?? { name, size: 1 }
    return { name, type: 'space', count: axis.size, ...measure(axis, 'space', own?.[name] ?? null, notes) }
  })
}

/** The samples of a pixel become channels, behind those that there are. */
function withSamples(loops: readonly Loop[], samples: number, notes: string[]): Loop[] {
  notes.push(`The ${samples} samples of each pixel become channels.`)
  const names = samples <= 4 ? ['Red', 'Green', 'Blue', 'Alpha'] : []
  const colors = samples <= 4 ? ['#ff0000', '#00ff00', '#0000ff', '#ffffff'] : []
  const values = Array.from({ length: samples }, (_, i) => i)
  const sample = (i: number, of: string): Channel => ({
    name: `${of}${names[i] ?? `Sample ${i}`}`,
    ...(colors[i] === undefined ? {} : { color: colors[i] })
  })
  const at = loops.findIndex(({ dimension }) => dimension.type === 'channel')
  const old = loops[at]
  if (old === undefined) {
    const dimension: Dimension = {
      name: 'c',
      type: 'channel',
      count: samples,
      coords: values.map((i) => sample(i, ''))
    }
    return [...loops, { over: 'sample', values, dimension }]
  }
  if (old.values.length > 1)
    throw new Failed('dataset.unsupported', 'Several channels of RGB pixels can not be copied at once.', {
      next: 'Copy the frames of one channel at a time.'
    })
  const dimension: Dimension = {
    ...old.dimension,
    count: samples,
    coords: values.map((i) => sample(i, ''))
  }
  const rest = loops.map((loop, i) =>
    i === at ? { ...loop, over: 'sample' as const, values, dimension } : loop
  )
  return rest
}

function flatLoop({ frames }: Choice): Loop {
  return { over: 'image', values: [], dimension: { name: 't', type: 'time', count: frames.length } }
}

function* flatSteps({ frames }: Choice, samples: number): Generator<Step> {
  for (const frame of frames) for (let sample = 0; sample < samples; sample++) yield { frame, sample }
}

/** All places in the order of the dimensions, the last fastest; what comes after the last frame is left out. */
function* gridSteps(
  dataset: Dataset,
  choice: Choice,
  loops: readonly Loop[],
  samples: number
): Generator<Step> {
  const outer = outerSizes(dataset, choice.images[0] ?? 0).length
  const fixed = Array.from({ length: outer }, (_, axis) => choice.used[axis]?.[0] ?? 0)
  const at = loops.map(() => 0)
  let left = choice.frames.length * samples
  while (left > 0) {
    const index = [...fixed]
    let image = choice.images[0] ?? 0
    let sample = 0
    loops.forEach(({ over, values }, i) => {
      const value = values[at[i] as number] as number
      if (over === 'image') image = value
      else if (over === 'sample') sample = value
      else index[over] = value
    })
    const frame = choice.frameAt(image, index)
    if (frame !== null) left--
    yield { frame, sample }
    for (let i = loops.length - 1; i >= 0; i--) {
      at[i] = (at[i] as number) + 1
      if ((at[i] as number) < (loops[i] as Loop).values.length || i === 0) break
      at[i] = 0
    }
    if (loops.length === 0) return
    if ((at[0] as number) >= (loops[0] as Loop).values.length) return
  }
}

/** Where a frame was in its source, for the axes that a row of frames does not have. */
function placeKeys({ images }: Dataset, image: number, index: readonly number[]): FrameRecord {
  const axes = (images[image]?.axes ?? []).filter(({ name }) => !PICTURE_AXES.includes(name))
  const keys = axes.flatMap(({ name, size }, i): [string, number][] =>
    size > 1 && axes.length > 1 ? [[`source_${name}`, index[i] ?? 0]] : []
  )
  return Object.fromEntries([
    ...(images.length > 1 ? [['source_image', image] as [string, number]] : []),
    ...keys
  ])
}
