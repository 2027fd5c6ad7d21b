import { expect, it } from 'vitest'
import { Preview } from '../../../src-main/acquisition/preview'
import type { FrameFormat, LivePicture } from '../../../src-preload/contract/pixels'

const format: FrameFormat = { width: 4, height: 2, pixelType: 'uint8' }
const pixels = (value: number): Uint8Array => new Uint8Array(8).fill(value)

function offer(preview: Preview, frame: number, channel: string | null): void {
  preview.offer(pixels(frame), format, frame, null, channel === null ? null : { channel, place: '0 0' })
}
const told = (picture: LivePicture | null): unknown =>
  picture === null ? null : [picture.recorded, picture.part?.channel ?? null, picture.data[0]]

it('without channels the newest frame is what is shown, of whatever channel', async () => {
  const preview = new Preview()
  const first = preview.next(-1, 64)
  offer(preview, 0, 'DAPI')
  expect(told(await first)).toEqual([0, 'DAPI', 0])
  offer(preview, 1, 'GFP')
  offer(preview, 2, 'DAPI')
  expect(told(await preview.next(0, 64))).toEqual([2, 'DAPI', 2])
})

it('with channels over each other each has its turn, with its newest frame, and live frames are left out', async () => {
  const preview = new Preview()
  const first = preview.next(-1, 64, true)
  offer(preview, 0, null)
  offer(preview, 1, 'DAPI')
  expect(told(await first)).toEqual([1, 'DAPI', 1])
  for (const [i, channel] of ['GFP', 'DAPI', 'GFP', null, 'DAPI', null].entries())
    offer(preview, 2 + i, channel)
  expect(told(await preview.next(1, 64, true))).toEqual([4, 'GFP', 4])
  expect(told(await preview.next(4, 64, true))).toEqual([6, 'DAPI', 6])
  // All is told: the next one is waited for.
  const next = preview.next(6, 64, true)
  offer(preview, 8, 'GFP')
  expect(told(await next)).toEqual([8, 'GFP', 8])
  // Who asks without channels again gets any frame.
  const any = preview.next(8, 64)
  offer(preview, 9, null)
  expect(told(await any)).toEqual([9, null, 9])
})

it('keeps no more channels than can be shown', async () => {
  const preview = new Preview()
  void preview.next(-1, 64, true)
  for (let i = 0; i < 40; i++) offer(preview, i, `channel ${i}`)
  const found = new Set<unknown>()
  for (let after = 0; ;) {
    const picture = await preview.next(after, 64, true)
    if (picture === null || found.has(picture.part?.channel)) break
    found.add(picture.part?.channel)
    after = picture.frame
  }
  expect(found.size).toBeLessThanOrEqual(9)
})
