import { expect, it } from 'vitest'
import type { LivePicture } from '../../../src-preload/contract/pixels'
import { ChannelLayers } from '../../../src-renderer/model/channel-layers'

const picture = (frame: number, channel: string, place = 'p0', side = 10): LivePicture => ({
  frame,
  recorded: frame,
  part: { channel, place },
  full: { width: side, height: side, pixelType: 'uint8' },
  step: 1,
  width: side,
  height: side,
  samples: 1,
  data: new Uint8Array(side * side),
  histogram: new Uint32Array(256),
  histogramFrom: 0,
  histogramTo: 255,
  min: 0,
  max: 0,
  saturated: null
})
const frames = (layers: ReadonlyMap<string, LivePicture>): Record<string, number> =>
  Object.fromEntries([...layers].map(([channel, { frame }]) => [channel, frame]))

it('shows the latest frame of each channel of one place, and never two places over each other', () => {
  const layers = new ChannelLayers()
  expect(frames(layers.add(picture(0, 'DAPI')))).toEqual({ DAPI: 0 })
  expect(frames(layers.add(picture(1, 'GFP')))).toEqual({ DAPI: 0, GFP: 1 })
  expect(frames(layers.add(picture(2, 'DAPI', 'p1')))).toEqual({ DAPI: 2 })
  expect(frames(layers.add(picture(3, 'GFP', 'p1')))).toEqual({ DAPI: 2, GFP: 3 })
  // Back at the first place: its other channel is the one that was seen there.
  expect(frames(layers.add(picture(4, 'DAPI')))).toEqual({ DAPI: 4, GFP: 1 })
  expect(layers.add({ ...picture(5, 'GFP'), part: null }).size).toBe(0)
})

it('lets go of the oldest when memory is used up, and of all when the frame size changes', () => {
  const layers = new ChannelLayers(350)
  for (const [i, place] of ['a', 'b', 'c'].entries()) layers.add(picture(i, 'DAPI', place))
  expect(frames(layers.add(picture(3, 'GFP', 'b')))).toEqual({ DAPI: 1, GFP: 3 })
  expect(frames(layers.add(picture(4, 'GFP', 'a')))).toEqual({ GFP: 4 })
  expect(frames(layers.add(picture(5, 'DAPI', 'a', 12)))).toEqual({ DAPI: 5 })
  layers.clear()
  expect(frames(layers.add(picture(6, 'GFP', 'a', 12)))).toEqual({ GFP: 6 })
})
