import { describe, expect, it } from 'vitest'
import { EncoderQueue } from '../../../../src-main/formats/ome-zarr/encoder-queue'

describe('encoder queue', () => {
  it('hands chunks over and brings answers back, also for addresses beyond 2 GB', () => {
    const writer = new EncoderQueue(2)
    const encoder = new EncoderQueue(2, writer.buffer)
    for (let task = 0; task < 5; task++) {
      writer.submit([
        { source: 3_000_000_000 + task, piece: 0 },
        { source: 64, piece: 7 }
      ])
      expect(encoder.waitFor(task)).toBe(true)
      expect([0, 1].map((k) => encoder.chunk(task, k))).toEqual([
        { source: 3_000_000_000 + task, piece: 0 },
        { source: 64, piece: 7 }
      ])
      encoder.answer(task, 0, { offset: 4_000_000_000, length: 10 })
      encoder.answer(task, 1, { offset: 128, length: task })
      encoder.finished()
      expect(writer.result(task)).toEqual([
        { offset: 4_000_000_000, length: 10 },
        { offset: 128, length: task }
      ])
    }
  })

  it('a failed encoder is a failure of the writer, with what happened, at once', () => {
    const writer = new EncoderQueue(2)
    writer.submit([{ source: 0, piece: 0 }])
    new EncoderQueue(2, writer.buffer).fail('out of memory µ')
    expect(() => writer.result(0)).toThrowError(
      expect.objectContaining({ code: 'internal', detail: 'out of memory µ' })
    )
    expect(() => {
      writer.waitUntilReady()
    }).toThrowError(expect.objectContaining({ code: 'internal' }))
  })

  it('a stopped encoder ends', () => {
    const writer = new EncoderQueue(2)
    writer.stop()
    expect(new EncoderQueue(2, writer.buffer).waitFor(0)).toBe(false)
  })
})
