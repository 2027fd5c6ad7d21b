/** Image, Pixels and Channel of OME 2016-06 from a plan: sizes, order, units, and what is known of the position. */
import type { PixelType } from '../../../src-preload/contract/pixels'
import type { ImagePlan, StreamPlan } from '../file-sink'
import { imageSizes } from '../layout'
import type { Channel } from '../settings'
import { omeSymbol } from '../units'
import type { FormElements } from './form-elements'
import { attribute, xmlText } from './xml-text'

export type Letter = 'T' | 'C' | 'Z'

const ORDERS = ['XYZCT', 'XYZTC', 'XYCTZ', 'XYCZT', 'XYTCZ', 'XYTZC'] as const

const LETTERS = { time: 'T', channel: 'C', other: 'C', space: 'Z' } as const

/** The letters of `plan.axes`, in their order. */
export const axisLetters = (plan: Pick<StreamPlan, 'axes'>): Letter[] =>
  plan.axes.map(({ type }) => LETTERS[type])

/** The acquisition order, fastest first, completed to the first legal order. */
export function dimensionOrder(plan: Pick<StreamPlan, 'axes'>): string {
  const fastestFirst = axisLetters(plan).reverse().join('')
  const order = ORDERS.find((legal) => legal.slice(2).startsWith(fastestFirst))
  if (order === undefined) throw new Error(`axes ${fastestFirst} have no DimensionOrder`)
  return order
}

/** OME's names of the pixel types; the last three have none and come only in OME-Zarr, as the type that holds their values. */
const OME_TYPES: Readonly<Record<PixelType, string>> = {
  uint8: 'uint8',
  int8: 'int8',
  uint16: 'uint16',
  int16: 'int16',
  uint32: 'uint32',
  int32: 'int32',
  float32: 'float',
  float64: 'double',
  float16: 'float',
  uint64: 'double',
  int64: 'double'
}

export interface ImageInput {
  readonly plan: StreamPlan
  readonly image: ImagePlan
  /** Running number among the images of the block. */
  readonly number: number
  readonly planes: number
  /** What people typed about all of it. */
  readonly form: FormElements
}

/** Everything of an Image up to its Pixels. */
export function imageStart({ plan, image, number, form }: ImageInput): string {
  const { description } = form
  return (
    `  <Image ID="Image:${number}"${attribute('Name', image.name)}>\n` +
    (plan.startedAt === '' ? '' : `    <AcquisitionDate>${plan.startedAt}</AcquisitionDate>\n`) +
    form.experimenterRef +
    (description === null ? '' : `    <Description>${xmlText(description)}</Description>\n`) +
    form.settings +
    stageLabel(image)
  )
}

function stageLabel({ position }: ImagePlan): string {
  if (position === null) return ''
  const { name, xCoord, yCoord, zCoord } = position
  const at = (axis: string, value: number | undefined): string =>
    value === undefined ? '' : attribute(axis, value) + attribute(`${axis}Unit`, 'µm')
  return `    <StageLabel${attribute('Name', name)}${at('X', xCoord)}${at('Y', yCoord)}${at('Z', zCoord)}/>\n`
}

/** The Pixels tag and its Channels. */
export function pixelsStart({ plan, number, planes, form }: ImageInput): string {
  const sizes: Record<Letter, number> = { T: 1, C: 1, Z: 1 }
  const letters = axisLetters(plan)
  imageSizes(plan, planes).forEach((size, i) => {
    sizes[letters[i] ?? 'T'] = size
  })
  const { width, height, pixelType } = plan.frame
  return (
    `    <Pixels ID="Pixels:${number}" DimensionOrder="${dimensionOrder(plan)}" Type="${OME_TYPES[pixelType]}" BigEndian="false"` +
    attribute('SignificantBits', plan.significantBits) +
    ` SizeX="${width}" SizeY="${height}" SizeZ="${sizes.Z}" SizeC="${sizes.C}" SizeT="${sizes.T}"` +
    physicalSizes(plan) +
    '>\n' +
    channels(plan, number, sizes.C, form)
  )
}

/** Only with a unit that OME has, and greater than 0: all else makes Bio-Formats give up the metadata. */
function physicalSizes(plan: StreamPlan): string {
  const size = (axis: string, known: { unit: string | null; scale: number | null } | undefined): string => {
    const symbol = known?.unit == null ? null : omeSymbol(known.unit)
    if (known == null || symbol === null || known.scale === null || known.scale <= 0) return ''
    return attribute(axis, known.scale) + attribute(`${axis}Unit`, symbol)
  }
  const letters = axisLetters(plan)
  const of = (letter: Letter): StreamPlan['axes'][number] | undefined => plan.axes[letters.indexOf(letter)]
  return (
    size('PhysicalSizeX', plan.x) +
    size('PhysicalSizeY', plan.y) +
    size('PhysicalSizeZ', of('Z')) +
    size('TimeIncrement', of('T'))
  )
}

function channels(plan: StreamPlan, image: number, count: number, form: FormElements): string {
  const planned = plan.axes.find((axis) => axis.type === 'channel')?.channels ?? []
  let text = ''
  for (let c = 0; c < count; c++) {
    const { known, attributes, content } = form.channel(c, count, planned[c])
    const start = `      <Channel ID="Channel:${image}:${c}" SamplesPerPixel="1"${channelAttributes(known)}${attributes}`
    text += content === '' ? `${start}/>\n` : `${start}>\n${content}      </Channel>\n`
  }
  return text
}

function channelAttributes(channel: Partial<Channel>): string {
  const { name, fluorophore, color, excitationWavelengthNm, emissionWavelengthNm } = channel
  const wavelength = (kind: string, nm: number | undefined): string =>
    nm === undefined ? '' : attribute(`${kind}Wavelength`, nm) + attribute(`${kind}WavelengthUnit`, 'nm')
  return (
    attribute('Name', name) +
    attribute('Fluor', fluorophore) +
    wavelength('Excitation', excitationWavelengthNm) +
    wavelength('Emission', emissionWavelengthNm) +
    // A signed 32-bit number, red first and opaque last (Color in the schema).
    (color === undefined ? '' : attribute('Color', parseInt(`${color.slice(1, 7)}ff`, 16) | 0))
  )
}
