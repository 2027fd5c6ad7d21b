/** The display window: which pixel values become black and white, and how it is found. The data is never touched. */
import type { Picture } from '../../src-preload/contract/pixels'

export interface Range {
  readonly from: number
  readonly to: number
}

const SAMPLES = 16_384

/** Every n-th pixel, sorted, without NaN: enough to find the ends of the distribution in well under 10 ms. */
function sortedSample(data: Picture['data']): Picture['data'] {
  // An odd stride walks through all columns instead of hitting a few of them.
  const stride = Math.max(1, Math.floor(data.length / SAMPLES)) | 1
  const size = Math.ceil(data.length / stride)
  const sample = data.slice(0, size)
  let filled = 0
  for (let i = 0; i < data.length; i += stride) {
    const value = data[i] ?? NaN
    if (Number.isFinite(value)) sample[filled++] = value
  }
  return sample.subarray(0, filled).sort()
}

/** Dark end at 0.2 %, bright end at 99.8 % of the pixels, so that single hot pixels do not decide. */
export function autoRange(picture: Picture): Range {
  const sample = sortedSample(picture.data)
  const at = (fraction: number): number => sample[Math.round(fraction * (sample.length - 1))] ?? 0
  const from = at(0.002)
  const to = at(0.998)
  if (to > from) return { from, to }
  // A flat picture or a few bright pixels on flat ground: show what there is.
  return picture.max > picture.min ? { from: picture.min, to: picture.max } : { from, to: from + 1 }
}

/** All values that the pixels can have, where that is known. */
export function typeRange(pixelType: Picture['full']['pixelType'], saturation: number | null): Range | null {
  switch (pixelType) {
    case 'uint8':
      return { from: 0, to: 255 }
    case 'int8':
      return { from: -128, to: 127 }
    case 'uint16':
      return { from: 0, to: saturation ?? 65_535 }
    case 'int16':
      return { from: -32_768, to: 32_767 }
    default:
      return null
  }
}

/** Fraction of pixels that the window shows as fully black or fully white, from the histogram. */
export function clipped(
  picture: Picture,
  { from, to }: Range
): { readonly dark: number; readonly bright: number } {
  const { histogram, histogramFrom, histogramTo } = picture
  const bins = histogram.length
  const width = (histogramTo - histogramFrom) / bins
  let dark = 0
  let bright = 0
  let all = 0
  for (let i = 0; i < bins; i++) {
    const n = histogram[i] ?? 0
    const centre = histogramFrom + (i + 0.5) * width
    all += n
    if (centre < from) dark += n
    else if (centre > to) bright += n
  }
  return all === 0 ? { dark: 0, bright: 0 } : { dark: dark / all, bright: bright / all }
}

/** Grows at once, shrinks only when the data has become much narrower: an axis that does not jitter under noise. */
export function steady(previous: Range | null, next: Range): Range {
  if (previous === null) return next
  const { from, to } = previous
  const much = (to - from) * 0.4
  const fits = next.from >= from && next.to <= to && next.to - next.from >= much
  if (fits) return previous
  const margin = (next.to - next.from) * 0.04
  return { from: Math.max(next.from - margin, Math.min(next.from, 0)), to: next.to + margin }
}
