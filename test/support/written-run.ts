/** Runs of tiny frames that tell their place, and what the judges are to find in them. */
import { createHash } from 'node:crypto'
import { BYTES_PER_PIXEL, type PixelType } from '../../src-preload/contract/pixels'
import type { FrameRecord } from '../../src-preload/contract/record'
import { Router, imageSizes, planeNumber } from '../../src-main/formats/layout'
import type { AcquisitionSettings, Dimension } from '../../src-main/formats/settings'
import { createStream, type AppendStream } from '../../src-main/formats/stream'
import { writerThread } from './bundle'

const WIDTH = 40
const HEIGHT = 24
export const y: Dimension = { name: 'y', count: HEIGHT }
export const x: Dimension = { name: 'x', count: WIDTH }
export const t: Dimension = { name: 't', count: null }

/** Bytes that tell the frame; for floats they stay finite. */
function pixels(type: PixelType, n: number): Uint8Array {
  const size = WIDTH * HEIGHT * BYTES_PER_PIXEL[type]
  const values = type.startsWith('float') ? 64 : 256
  return Uint8Array.from({ length: size }, (_, k) => (k * 7 + n * 13 + (k >> 8)) % values)
}

/** S11 first values: the least, the greatest and those around the sign. */
const usualMetadata = (n: number): FrameRecord => ({
  delta_t: n / 10,
  exposure_time: 1e-7,
  position_x: 100 + n / 3,
  position_y: null,
  temperature: 37 + n / 7,
  text: `frame ${n} <"&'> \u0001\r\n é µ`,
  truth: n % 2 === 0,
  nothing: null,
  list: [n, ['a', { b: [] }]],
  big: 2 ** 60
})

export interface Run {
  readonly rootPath: string
  readonly settings: Partial<AcquisitionSettings> & { readonly dimensions: readonly Dimension[] }
  readonly frames: number
  readonly skipped?: readonly number[]
  readonly metadata?: (n: number) => FrameRecord
}

export async function record({
  rootPath,
  settings,
  frames,
  skipped = [],
  metadata = usualMetadata
}: Run): Promise<{ stream: AppendStream; expected: object }> {
  const type = settings.dtype ?? 'uint16'
  const stream = await createStream(
    { rootPath, format: 'both', ...settings, dtype: type },
    { threadFile: await writerThread(), poolBytes: 1_000_000 }
  )
  const { plan } = stream
  const router = new Router(plan)
  const planes = plan.images.map(() => 0)
  const recorded = plan.images.map(() => 0)
  const written: { image: number; index: readonly number[]; sha256: string; metadata: FrameRecord }[] = []
  for (let n = 0; n < frames; n++) {
    const { image, index } = router.next()
    planes[image] = planeNumber(plan, index) + 1
    if (skipped.includes(n)) {
      stream.skip(1)
      continue
    }
    recorded[image] = (recorded[image] ?? 0) + 1
    const bytes = pixels(type, n)
    await stream.append(bytes, { metadata: metadata(n) })
    written.push({
      image,
      index,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      metadata: metadata(n)
    })
  }
  stream.setGlobalMetadata('my.org/about', { a: 1, b: 'two', c: [3] })
  const present = plan.images.filter(({ index }) => (recorded[index] ?? 0) > 0)
  /** As it is stored. */
  const ordered = <T>(ofAxes: readonly T[]): T[] => plan.storageOrder.map((axis) => ofAxes[axis] as T)
  return {
    stream,
    expected: {
      axes: [...ordered(plan.axes.map(({ name }) => name)), 'y', 'x'],
      dtype: type,
      images: present.map(({ index, name }) => ({
        name,
        shape: [...ordered(imageSizes(plan, planes[index] ?? 0)), HEIGHT, WIDTH]
      })),
      frames: written.map((frame) => ({
        ...frame,
        index: ordered(frame.index),
        image: present.findIndex(({ index }) => index === frame.image)
      }))
    }
  }
}

export const positions = (count: number): Dimension => ({
  name: 'p',
  type: 'position',
  count,
  coords: Array.from({ length: count }, (_, i) => ({
    name: `Pos${i}`,
    xCoord: i * 10.5,
    yCoord: 2,
    zCoord: -3
  }))
})
