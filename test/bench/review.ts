// One sample of `npm run bench -- review`: writes the datasets, then opens and reads them as Review does, beside tifffile and zarr-python on the same files.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtFile } from '../../src-main/built-file'
import { picturePlane } from '../../src-main/datasets/picture-plane'
import { openDataset } from '../../src-main/datasets/open-dataset'
import { createStream } from '../../src-main/formats/stream'
import { ReviewDesk } from '../../src-main/review-desk'

const [folder = '', python = '', script = ''] = process.argv.slice(2)
const SIDE = 2048
const STACK = 50

const quantile = (times: readonly number[], part: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? NaN

async function stack(name: string, side: number, frames: number): Promise<string> {
  const stream = await createStream(
    {
      rootPath: join(folder, name),
      format: 'ome-tiff',
      dtype: 'uint16',
      dimensions: [
        { name: 't', count: null },
        { name: 'y', count: side },
        { name: 'x', count: side }
      ]
    },
    { threadFile: builtFile('writer-thread.cjs') }
  )
  const pixels = new Uint16Array(side * side)
  for (let i = 0; i < frames; i++) {
    pixels.fill(i % 60_000)
    const metadata = {
      delta_t: i * 0.01,
      temperature: 37 + ((i * 7919 + 500) % 1000) / 500,
      trigger_source: 'interval'
    }
    await stream.append(pixels, { metadata })
  }
  await stream.close()
  return stream.paths[0] ?? ''
}

/** One chunk a file, as many tools write it. */
function chunks(name: string, count: number): string {
  const path = join(folder, name)
  const put = (key: string, data: string | Uint8Array): void => writeFileSync(join(path, key), data)
  mkdirSync(join(path, '0', 'c'), { recursive: true })
  const multiscales = [
    {
      axes: [{ name: 't', type: 'time' }, ...['y', 'x'].map((axis) => ({ name: axis, type: 'space' }))],
      datasets: [{ path: '0', coordinateTransformations: [{ type: 'scale', scale: [1, 1, 1] }] }]
    }
  ]
  put(
    'zarr.json',
    JSON.stringify({
      zarr_format: 3,
      node_type: 'group',
      attributes: { ome: { version: '0.5', multiscales } }
    })
  )
  put(
    '0/zarr.json',
    JSON.stringify({
      zarr_format: 3,
      node_type: 'array',
      shape: [count, 16, 16],
      data_type: 'uint8',
      chunk_grid: { name: 'regular', configuration: { chunk_shape: [1, 16, 16] } },
      chunk_key_encoding: { name: 'default', configuration: { separator: '.' } },
      fill_value: 0,
      codecs: [{ name: 'bytes' }],
      attributes: {}
    })
  )
  for (let i = 0; i < count; i++) put(`0/c.${i}.0.0`, new Uint8Array(256).fill(i))
  return path
}

/** Opens a dataset and makes its first picture, five times after the first; the median, and what memory grew by at the first. */
async function firstPicture(path: string): Promise<{ ms: number; mb: number }> {
  const times: number[] = []
  const before = process.memoryUsage().rss
  let mb = 0
  for (let i = 0; i < 6; i++) {
    const started = performance.now()
    const desk = new ReviewDesk()
    const { id } = await desk.open(path)
    await desk.picture(id, 0, [0], 1024)
    if (i > 0) times.push(performance.now() - started)
    else mb = (process.memoryUsage().rss - before) / 2 ** 20
    await desk.closeAll()
  }
  return { ms: quantile(times, 0.5), mb }
}

interface Peer {
  readonly tiffFirst: number
  readonly zarrFirst: number
  readonly frame: number
}
const peer = (...paths: readonly string[]): Peer | null =>
  python === '' ? null : (JSON.parse(execFileSync(python, [script, ...paths]).toString()) as Peer)

const line = (name: string, ours: string, theirs: string): void => {
  process.stdout.write(`${name.padEnd(64)} ${ours.padStart(22)}   ${theirs}\n`)
}
const ms = (value: number | undefined): string => (value === undefined ? '' : `${value.toFixed(1)} ms`)

async function main(): Promise<void> {
  const [tiff, frames, zarr] = [
    await stack('ten-thousand', 128, 10_000),
    await stack('frames', SIDE, STACK),
    chunks('chunks.ome.zarr', 100_000)
  ]
  await stack('table', 8, 100_000)
  const theirs = peer(tiff, frames, zarr)
  const a = await firstPicture(tiff)
  line(
    '10 000-frame BigTIFF: open and first picture',
    `${ms(a.ms)}, ${a.mb.toFixed(0)} MB`,
    `tifffile ${ms(theirs?.tiffFirst)}`
  )
  const b = await firstPicture(zarr)
  line(
    '100 000-chunk OME-Zarr: open and first picture',
    `${ms(b.ms)}, ${b.mb.toFixed(0)} MB`,
    `zarr-python ${ms(theirs?.zarrFirst)}`
  )

  const dataset = await openDataset(frames)
  const reads: number[] = []
  const ready: number[] = []
  for (let i = 0; i < 3 * STACK; i++) {
    const started = performance.now()
    const plane = await dataset.plane(0, [i % STACK])
    reads.push(performance.now() - started)
    if ('missing' in plane || plane.data[0] !== i % STACK)
      throw new Error(`frame ${i % STACK} is not what it was`)
  }
  for (let i = 0; i < 3 * STACK; i++) {
    const started = performance.now()
    const plane = await dataset.plane(0, [i % STACK])
    if ('missing' in plane) throw new Error(plane.reason)
    const picture = picturePlane(plane, i, 1024)
    if (picture.data[0] !== i % STACK) throw new Error(`frame ${i % STACK} shows ${picture.data[0]}`)
    ready.push(performance.now() - started)
  }
  await dataset.close()
  line('2048² u16: frame from disk', ms(quantile(reads, 0.5)), `tifffile + numpy ${ms(theirs?.frame)}`)
  line('2048² u16: from disk to screen-ready', ms(quantile(ready, 0.5)), '')
}

await main()
