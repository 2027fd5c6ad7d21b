/** Bars of a histogram, and the ways between a pixel value and a place on its axis. */
import type { Range } from './contrast'

export interface Bars {
  readonly counts: ArrayLike<number>
  readonly from: number
  readonly to: number
}

export const toAxis = (value: number, axis: Range): number =>
  axis.to > axis.from ? (value - axis.from) / (axis.to - axis.from) : 0

export const fromAxis = (fraction: number, axis: Range): number =>
  axis.from + fraction * (axis.to - axis.from)

/**
 * Height, 0 to 1, of each of `columns` along the axis: the fullest bin that falls into the column, so that no narrow peak is
 * lost, or the bin it lies in where bins are wider than columns.
 */
export function heights(bars: Bars, axis: Range, columns: number, logarithmic: boolean): Float32Array {
  const result = new Float32Array(columns)
  const bins = bars.counts.length
  const width = (bars.to - bars.from) / bins
  if (bins === 0 || !(width > 0)) return result
  let top = 0
  for (let column = 0; column < columns; column++) {
    const first = Math.floor((fromAxis(column / columns, axis) - bars.from) / width)
    const last = Math.max(first, Math.ceil((fromAxis((column + 1) / columns, axis) - bars.from) / width) - 1)
    let most = 0
    for (let bin = Math.max(0, first); bin <= Math.min(bins - 1, last); bin++)
      most = Math.max(most, bars.counts[bin] ?? 0)
    const height = logarithmic ? Math.log10(1 + most) : most
    result[column] = height
    top = Math.max(top, height)
  }
  if (top > 0) for (let column = 0; column < columns; column++) result[column] = (result[column] ?? 0) / top
  return result
}

export function drawHistogram(
  canvas: HTMLCanvasElement,
  bars: Bars | null,
  axis: Range,
  logarithmic: boolean,
  colour: string
): void {
  const context = canvas.getContext('2d')
  if (context === null) return
  const { width, height } = canvas
  context.clearRect(0, 0, width, height)
  if (bars === null) return
  const tall = heights(bars, axis, width, logarithmic)
  context.fillStyle = colour
  context.beginPath()
  for (let x = 0; x < width; x++) {
    const high = (tall[x] ?? 0) * (height - 2)
    if (high > 0) context.rect(x, height - Math.max(1, high), 1, Math.max(1, high))
  }
  context.fill()
}
