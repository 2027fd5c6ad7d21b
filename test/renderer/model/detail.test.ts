// The finer part of a large frame: what is asked for, which value it has at a pixel, and that a late answer shows nothing wrong.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Picture } from '../../../src-preload/contract/pixels'
import { createDetail } from '../../../src-renderer/composables/detail'
import { pixelAt } from '../../../src-renderer/drawing/pixel-at'
import { viewed, type View } from '../../../src-renderer/drawing/viewport'
import { detailFor } from '../../../src-renderer/model/detail'

const full = { width: 100_000, height: 80_000, pixelType: 'uint16' } as const
const whole = pictureOf({ x: 0, y: 0, width: 100_000, height: 80_000 }, 1000, 800)

function pictureOf(area: NonNullable<Picture['area']>, width: number, height: number): Picture {
  return {
    frame: 0,
    full,
    step: 1,
    width,
    height,
    samples: 1,
    data: Uint16Array.from({ length: width * height }, (_, i) => i % 60_000),
    histogram: new Uint32Array(256),
    histogramFrom: 0,
    histogramTo: 60_000,
    min: 0,
    max: 59_999,
    saturated: null,
    area
  }
}

const view = (x: number, y: number, side: number, screen: number): View => ({
  area: { x, y, width: side, height: side },
  scale: screen / side
})

describe('the part that is asked for', () => {
  it('is nothing while the whole frame is as fine as the screen, or is no large one', () => {
    expect(detailFor(view(0, 0, 80_000, 700), whole, null)).toBeNull()
    const small = { ...whole, full: { ...full, width: 2048, height: 2048 } }
    expect(detailFor(view(0, 0, 100, 700), small, null)).toBeNull()
  })

  it('is what is seen, with a margin, inside of the frame', () => {
    const wanted = detailFor(view(50_000, 0, 1000, 1000), whole, null)
    expect(wanted).toEqual({ area: { x: 49_750, y: 0, width: 1500, height: 1250 }, scale: 1 })
    const corner = detailFor(view(99_500, 79_500, 500, 5000), whole, null)
    expect(corner).toEqual({ area: { x: 99_375, y: 79_375, width: 625, height: 625 }, scale: 1 })
  })

  it('is not asked for again before its margin is left or the screen is finer', () => {
    const first = detailFor(view(50_000, 20_000, 4000, 1000), whole, null)
    expect(first?.scale).toBeGreaterThanOrEqual(0.25)
    expect(detailFor(view(50_900, 20_900, 4000, 1000), whole, first)).toBe(first)
    expect(detailFor(view(50_200, 20_200, 3600, 1000), whole, first)).not.toBe(first)
    expect(detailFor(view(51_100, 20_000, 4000, 1000), whole, first)).not.toBe(first)
    expect(detailFor(view(50_000, 20_000, 2000, 1000), whole, first)?.scale).toBeGreaterThanOrEqual(0.5)
  })

  it('is what lies between the edges of the canvas', () => {
    const seen = viewed(
      { scale: 2, x: -100, y: 50 },
      { width: 1000, height: 1000 },
      { width: 400, height: 300 },
      1.5
    )
    expect(seen).toEqual({ area: { x: 50, y: 0, width: 200, height: 125 }, scale: 3 })
  })
})

describe('the value at a pixel', () => {
  it('is that of the part where it reaches, and none elsewhere', () => {
    const part = pictureOf({ x: 49_750, y: 1000, width: 300, height: 200 }, 300, 200)
    expect(pixelAt(part, 49_750, 1000)).toEqual([0])
    expect(pixelAt(part, 49_751, 1002)).toEqual([601])
    expect(pixelAt(part, 50_049, 1199)).toEqual([59_999])
    expect(pixelAt(part, 49_749, 1000)).toBeNull()
    expect(pixelAt(part, 50_050, 1000)).toBeNull()
  })

  it('is that of the right cell where the factor is no whole number', () => {
    const width = 782
    const odd = pictureOf({ x: 0, y: 0, width: 100_000, height: 80_000 }, width, 626)
    const cell = 100_000 / width
    for (let x = 0; x < 100_000; x += 997)
      expect(pixelAt(odd, x, 0)).toEqual([Math.min(width - 1, Math.floor((x + 0.5) / cell))])
  })
})

describe('a part that comes late', () => {
  const answers: ((picture: Picture) => void)[] = []
  beforeEach(() => {
    answers.length = 0
    vi.stubGlobal('benchframe', {
      call: () => new Promise((resolve) => answers.push((picture) => resolve({ ok: true, value: picture })))
    })
  })
  const place = (t: number): { id: string; image: number; index: number[] } => ({
    id: 'a',
    image: 0,
    index: [t]
  })
  const close = view(50_000, 20_000, 1000, 1000)
  const part = (): Picture => pictureOf({ x: 49_750, y: 19_750, width: 1500, height: 1500 }, 150, 150)
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

  it('of another frame is never shown', async () => {
    const detail = createDetail(() => undefined)
    detail.show(place(0), whole)
    detail.look(close)
    await turn()
    detail.show(place(1), whole)
    answers[0]?.(part())
    await turn()
    expect(detail.part.value).toBeNull()
    const second = part()
    answers[1]?.(second)
    await turn()
    expect(detail.part.value).toBe(second)
    detail.show(place(0), whole)
    expect(detail.part.value).toBeNull()
  })

  it('is dropped when the whole frame is enough again', async () => {
    const detail = createDetail(() => undefined)
    detail.show(place(0), whole)
    detail.look(close)
    await turn()
    detail.look(view(0, 0, 80_000, 700))
    answers[0]?.(part())
    await turn()
    expect(detail.part.value).toBeNull()
  })
})
