/** Frames whose pixels and metadata follow from their number, so that a test knows what must be in a file without a list. */
import type { FrameRecord } from '../../src-preload/contract/record'

export function pixelsOf(frame: number, width: number, height: number): Uint16Array {
  const pixels = new Uint16Array(width * height)
  let state = (frame * 2654435761 + 1) >>> 0
  for (let i = 0; i < pixels.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    pixels[i] = state >>> 16
  }
  return pixels
}

export const metadataOf = (frame: number): FrameRecord => ({
  delta_t: frame / 100,
  exposure_time: 0.01,
  position_x: 100 + frame / 3,
  temperature: 37 + frame / 7,
  note: `frame ${frame} <&>`,
  nested: [frame, { odd: frame % 2 === 1 }]
})
