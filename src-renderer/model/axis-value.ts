/** What a place along an axis means: a time, a depth, a channel. */
import type { AxisInfo, ChannelInfo } from '../../src-preload/contract/dataset'
import { cell } from './format'

const two = (n: number): string => String(n).padStart(2, '0')

/** A time to the millisecond: 00:03.412, 1:02:03.400. */
export function stamp(seconds: number): string {
  const ms = Math.round(Math.abs(seconds) * 1000)
  const h = Math.floor(ms / 3_600_000)
  const m = Math.floor(ms / 60_000) % 60
  const s = `${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`
  return `${seconds < 0 && ms > 0 ? '−' : ''}${h > 0 ? `${h}:` : ''}${two(m)}:${s}`
}

export interface Known {
  readonly channels: readonly ChannelInfo[]
  /** The time at this place, null where nothing tells. */
  readonly seconds: number | null
  /** What the frame at this place says of its depth. */
  readonly positionZ: number | null
  readonly zUnit: string
}

/** Empty where only the index is known. */
export function axisValue(axis: AxisInfo, index: number, known: Known): string {
  switch (axis.name.toLowerCase()) {
    case 't':
      return known.seconds === null ? '' : `t = ${stamp(known.seconds)}`
    case 'c':
      return known.channels[index]?.name ?? ''
    case 'z':
      return depth(axis, index, known)
    default:
      return known.seconds === null ? '' : stamp(known.seconds)
  }
}

/** The step of the stack where the file knows it, else where the stage was. */
function depth({ unit, scale, translation = 0 }: AxisInfo, index: number, known: Known): string {
  if (unit !== undefined && scale !== undefined && scale > 0)
    return `z = ${cell(translation + index * scale)} ${unit === 'micrometer' ? 'µm' : unit}`
  return known.positionZ === null ? '' : `z = ${cell(known.positionZ)} ${known.zUnit}`.trim()
}
