import { describe, expect, test } from 'vitest'
import {
  PIXEL_TYPES,
  frameBytes,
  type FrameFormat,
  type PixelType
} from '../../../../src-preload/contract/pixels'
import { createFrameGenerator, type Scene } from '../../../../src-main/devices/simulated/frame-generator'
import { readFrameMark } from '../../../../src-main/devices/simulated/frame-mark'
import { changedArea, wholeSensor } from '../../../../src-main/devices/sensor-area'
import { SENSOR, type View } from '../../../../src-main/devices/simulated/view'
import { halfFloat } from '../../../../src-main/devices/simulated/convert-pixels'

/** In the middle of the sensor, unless it says where. */
const view = (format: FrameFormat & Partial<View>): View => ({
  ...changedArea('test', SENSOR, wholeSensor(SENSOR), format),
  pixelType: format.pixelType
})

const scene: Scene = { frame: 7, positionUm: { x: 100, y: 200, z: 50 }, laserMw: 50, exposureMs: 10 }

function made(
  format: FrameFormat & Partial<View>,
  wanted: Partial<Scene> = {},
  seed = 1
): Uint8Array<ArrayBuffer> {
  const target = new Uint8Array(frameBytes(format))
  createFrameGenerator(seed, view(format)).render(target, { ...scene, ...wanted })
  return target
}

const words = (format: FrameFormat & Partial<View>, wanted: Partial<Scene> = {}, seed = 1): Uint16Array =>
  new Uint16Array(made(format, wanted, seed).buffer)

const square = (side: number, pixelType: PixelType = 'uint16'): FrameFormat => ({
  width: side,
  height: side,
  pixelType
})

/** Mean of a square of pixels. */
function mean(pixels: Uint16Array, width: number, column: number, row: number, side: number): number {
  let sum = 0
  for (let y = row; y < row + side; y++)
    for (let x = column; x < column + side; x++) sum += pixels[y * width + x] as number
  return sum / side ** 2
}

describe('simulated frame', () => {
  test('is the same for the same seed and another for another', () => {
    expect(made(square(128))).toEqual(made(square(128)))
    expect(made(square(128), {}, 2)).not.toEqual(made(square(128)))
  })

  test('differs from the next one in every part but the mark', () => {
    const generator = createFrameGenerator(1, view(square(128)))
    const [a, b] = [new Uint8Array(32_768), new Uint8Array(32_768)]
    generator.render(a, scene)
    generator.render(b, { ...scene, frame: 8 })
    expect(a.filter((value, i) => value !== b[i]).length).toBeGreaterThan(10_000)
  })

  test('shows bead 0 in the middle at the start, as sharp as it gets at its own height', () => {
    const format = square(129)
    const around = (z: number): number =>
      mean(words(format, { positionUm: { ...scene.positionUm, z } }), 129, 63, 63, 3)
    expect(around(50)).toBeGreaterThan(1500)
    expect(around(65)).toBeLessThan(around(50) / 3)
  })

  test('moves the beads against the stage: +32.5 µm is 100 pixels to the left', () => {
    const format = square(512)
    const moved = words(format, { positionUm: { x: 132.5, y: 200, z: 50 } })
    expect(mean(moved, 512, 155, 255, 3)).toBeGreaterThan(1500)
    expect(mean(moved, 512, 255, 255, 3)).toBeLessThan(1000)
  })

  test('is brighter with more exposure and more laser, and dark but for offset and read noise with the laser off', () => {
    const middle = (wanted: Partial<Scene>): number => mean(words(square(256), wanted), 256, 100, 100, 20)
    expect(middle({ exposureMs: 100 })).toBeGreaterThan(3 * middle({}))
    expect(middle({ laserMw: 100 })).toBeGreaterThan(1.5 * middle({}))
    const dark = words(square(256), { laserMw: 0 }).slice(256 * 4)
    const average = dark.reduce((a, b) => a + b, 0) / dark.length
    const variance = dark.reduce((a, b) => a + (b - average) ** 2, 0) / dark.length
    expect(average).toBeCloseTo(100, 0)
    expect(Math.sqrt(variance)).toBeGreaterThan(1.8)
    expect(Math.sqrt(variance)).toBeLessThan(2.3)
  })

  test('has noise that grows like the root of the light', () => {
    const deviation = (exposureMs: number): number => {
      // far from focus no bead is sharp enough to matter; neighbours differ by noise alone
      const pixels = words(square(256), { exposureMs, positionUm: { x: 0, y: 0, z: 500 } })
      let sum = 0
      for (let i = 256 * 128; i < 256 * 129 - 1; i++)
        sum += ((pixels[i + 1] as number) - (pixels[i] as number)) ** 2
      return Math.sqrt(sum / 255 / 2)
    }
    expect(deviation(160) / deviation(10)).toBeGreaterThan(3)
    expect(deviation(160) / deviation(10)).toBeLessThan(5)
  })

  test('falls off towards the edges of the sensor', () => {
    const dark = { exposureMs: 100, positionUm: { x: 0, y: 0, z: 500 } }
    const pixels = words(square(2048), dark)
    expect(mean(pixels, 2048, 2020, 2020, 20)).toBeLessThan(0.8 * mean(pixels, 2048, 1014, 1014, 20))
    const corner = words({ ...square(64), x: 1984, y: 1984 }, dark)
    expect(mean(corner, 64, 20, 20, 40)).toBeLessThan(0.8 * mean(pixels, 2048, 1014, 1014, 20))
  })

  test('a region shows the same beads as the same place of the whole sensor', () => {
    const whole = words(square(2048))
    const [x, y] = [900, 940]
    const part = words({ ...square(256), x, y })
    let brightest = 0
    for (let i = 256 * 8; i < part.length; i++) if ((part[i] ?? 0) > (part[brightest] ?? 0)) brightest = i
    const at = (Math.floor(brightest / 256) + y) * 2048 + (brightest % 256) + x
    const around = [...Array(9)].map(
      (_, i) => whole[at + ((i % 3) - 1) + (Math.floor(i / 3) - 1) * 2048] ?? 0
    )
    expect(Math.max(...around)).toBeGreaterThan(0.7 * (part[brightest] ?? 0))
  })

  test('binned pixels add up what their sensor pixels caught, and show the same field', () => {
    const format = square(128)
    const dark = { positionUm: { x: 0, y: 0, z: 500 } }
    const light = (pixels: Uint16Array, width: number): number =>
      mean(pixels, width, width / 2, width / 2, 16) - 100
    const single = light(words({ ...square(256) }, dark), 256)
    const binned = light(words({ ...format, binning: 2 }, dark), 128)
    expect(binned / single).toBeGreaterThan(3.8)
    expect(binned / single).toBeLessThan(4.2)
    // Bead 0 stands in the middle at any binning.
    const bead = words({ ...format, binning: 4 })
    expect(mean(bead, 128, 63, 63, 2)).toBeGreaterThan(2 * mean(bead, 128, 40, 63, 2))
  })

  test('bleaches: the same bead is dimmer after much light', () => {
    const generator = createFrameGenerator(1, view(square(65)))
    const target = new Uint8Array(65 * 65 * 2)
    for (let i = 0; i < 200; i++) generator.render(target, { ...scene, laserMw: 100, exposureMs: 1000 })
    expect(generator.beads()[0]?.unbleached).toBeLessThan(0.6)
    expect(generator.beads()[0]?.unbleached).toBeGreaterThan(0.05)
  })

  test('stops at the greatest value instead of wrapping round', () => {
    for (const side of [64, 63]) {
      const pixels = words(square(side), { exposureMs: 10_000, laserMw: 100 })
      expect(Math.min(...pixels.slice(side * 4))).toBeGreaterThan(60_000)
      expect(Math.max(...pixels)).toBe(65_535)
    }
    const small = made(square(64, 'uint8'), { exposureMs: 10_000, laserMw: 100 }).slice(64 * 4)
    expect(new Set(small)).toEqual(new Set([255]))
  })

  test('looks alike whether its rows fill whole words or not', () => {
    const even = mean(
      words({ width: 200, height: 200, pixelType: 'uint16' }, { laserMw: 20 }),
      200,
      10,
      10,
      30
    )
    const odd = mean(
      words({ width: 201, height: 200, pixelType: 'uint16' }, { laserMw: 20 }),
      201,
      10,
      10,
      30
    )
    expect(Math.abs(even - odd)).toBeLessThan(10)
  })

  test('refuses a place of the wrong size', () => {
    expect(() => createFrameGenerator(1, view(square(16))).render(new Uint8Array(511), scene)).toThrow(
      RangeError
    )
  })
})

describe('frame mark', () => {
  const marked = (
    bytes: Uint8Array<ArrayBuffer>,
    type: PixelType
  ): { length: number; [i: number]: number | bigint } => {
    const buffer = bytes.slice().buffer
    const views = {
      uint8: Uint8Array,
      int8: Int8Array,
      uint16: Uint16Array,
      int16: Int16Array,
      uint32: Uint32Array
    }
    const more = {
      int32: Int32Array,
      float32: Float32Array,
      float64: Float64Array,
      uint64: BigUint64Array,
      int64: BigInt64Array
    }
    if (type === 'float16') return Float32Array.from(new Uint16Array(buffer), fromHalf)
    const View = { ...views, ...more }[type]
    return new View(buffer)
  }

  test.each(PIXEL_TYPES)('tells frame and place in %s', (pixelType) => {
    const format = { width: 32, height: 20, pixelType }
    const positionUm = { x: -123.4, y: 3000, z: 0.1 }
    const mark = readFrameMark(
      marked(made(format, { frame: 65_536 + 0xa5c3, positionUm }), pixelType),
      32,
      pixelType
    )
    expect(mark).toEqual({ frame: 0xa5c3, positionUm })
  })

  test('is whole at 16 × 16, is the frame number alone in flat frames and absent in narrow ones', () => {
    expect(readFrameMark(words(square(16)), 16, 'uint16')).toEqual({ frame: 7, positionUm: scene.positionUm })
    const flat = words({ width: 16, height: 1, pixelType: 'uint16' })
    expect(readFrameMark(flat, 16, 'uint16')).toEqual({ frame: 7, positionUm: null })
    expect(readFrameMark(words(square(15)), 15, 'uint16')).toBeNull()
  })

  test('is not read from a frame with one pixel of it wrong', () => {
    const pixels = words(square(32))
    pixels[33] = (pixels[33] as number) + 1
    expect(readFrameMark(pixels, 32, 'uint16')).toBeNull()
  })
})

test('half floats hold what 11 bits can hold, rounded to even', () => {
  expect([1, 100, 2047, 2048, 4000].map((v) => fromHalf(halfFloat(v)))).toEqual([1, 100, 2047, 2048, 4000])
  expect(fromHalf(halfFloat(2049))).toBe(2048)
  expect(fromHalf(halfFloat(2051))).toBe(2052)
  expect(fromHalf(halfFloat(65_535))).toBe(65_504)
})

function fromHalf(bits: number): number {
  return bits === 0 ? 0 : (1024 + (bits & 1023)) * 2 ** ((bits >> 10) - 25)
}
