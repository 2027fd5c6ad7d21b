/** Measures a shape in all channels of the place that is looked at. */
import type { Measured, MeasuredChannel, MeasuredShape } from '../../../src-preload/contract/measure'
import type { AxisInfo, ImageInfo } from '../../../src-preload/contract/dataset'
import type { Dataset } from '../dataset'
import { measurePlane, shapeIn } from './measure-plane'

const MOST_CHANNELS = 16

export async function measure(
  dataset: Dataset,
  image: number,
  index: readonly number[],
  wanted: MeasuredShape,
  signal?: AbortSignal
): Promise<Measured> {
  const shape = shapeIn(dataset, image, wanted)
  const info = dataset.images[image] as ImageInfo
  const places = channelPlaces(info, index)
  const channels: MeasuredChannel[] = []
  for (const { at, channel } of places.slice(0, MOST_CHANNELS)) {
    const found = await measurePlane(dataset, image, at, shape, signal)
    const { name = '', color } = info.channels[channel] ?? {}
    const look = color === undefined ? {} : { color }
    if ('missing' in found)
      channels.push({ name, ...look, statistics: null, values: null, reason: found.reason })
    else
      found.statistics.forEach((statistics, sample) =>
        channels.push({
          ...(found.statistics.length === 3 ? (COLOURS[sample] as Look) : { name, ...look }),
          statistics,
          values: found.values?.[sample] ?? null,
          reason: found.reason
        })
      )
  }
  return { shape, channels, channelsLeftOut: Math.max(0, places.length - MOST_CHANNELS) }
}

interface Look {
  readonly name: string
  readonly color: string
}

/** The samples of an RGB pixel. */
export const COLOURS: readonly Look[] = [
  { name: 'red', color: '#ff4040' },
  { name: 'green', color: '#40d040' },
  { name: 'blue', color: '#5080ff' }
]

export const planeAxesOf = ({ axes }: ImageInfo): AxisInfo[] =>
  axes.filter(({ name }) => !['y', 'x', 's'].includes(name.toLowerCase()))

/** The same place in each channel. */
function channelPlaces(
  image: ImageInfo,
  index: readonly number[]
): { at: readonly number[]; channel: number }[] {
  const plane = planeAxesOf(image)
  const axis = plane.findIndex(({ name }) => name.toLowerCase() === 'c')
  if (axis < 0) return [{ at: index, channel: 0 }]
  return Array.from({ length: plane[axis]?.size ?? 1 }, (_, channel) => ({
    at: index.map((old, i) => (i === axis ? channel : old)),
    channel
  }))
}
