// One sample of `npm run bench -- planes`: opens OME-TIFFs of 100 000 planes and reads their records, and how long main's event loop was held up by each step.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { builtFile } from '../../src-main/built-file'
import { openDataset } from '../../src-main/datasets/open-dataset'
import { createStream } from '../../src-main/formats/stream'

const PLANES = 100_000
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

async function measured<T>(name: string, work: () => Promise<T>): Promise<T> {
  await pause(300)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await pause(50)
  delay.reset()
  const started = performance.now()
  const result = await work()
  const ms = performance.now() - started
  await pause(30)
  delay.disable()
  const [p99, most] = [delay.percentile(99), delay.max].map((ns) => (ns / 1e6).toFixed(0))
  process.stdout.write(
    `${name.padEnd(32)} ${ms.toFixed(0).padStart(6)} ms, event loop late by p99 ${p99} ms, at most ${most} ms\n`
  )
  return result
}

/** Recorded by us: long records in annotations. */
async function own(folder: string): Promise<string> {
  const stream = await createStream(
    {
      rootPath: join(folder, 'own'),
      format: 'ome-tiff',
      dtype: 'uint8',
      dimensions: [
        { name: 't', count: null, type: 'time' },
        { name: 'y', count: 8, type: 'space' },
        { name: 'x', count: 8, type: 'space' }
      ]
    },
    { threadFile: builtFile('writer-thread.cjs') }
  )
  const pixels = new Uint8Array(64)
  const same = { exposure_time: 0.005, position_x: 1.5, position_y: 2.5, position_z: 3.5, laser_power: 50 }
  for (let i = 0; i < PLANES; i++) {
    const metadata = { ...same, delta_t: i * 0.01, temperature: 37 + i / 1e5, trigger_source: 'interval' }
    await stream.append(pixels, { metadata })
  }
  await stream.close()
  return join(folder, 'own.ome.tiff')
}

/** As Micro-Manager and Bio-Formats write it: a TiffData with a UUID and a Plane for each plane. */
function companion(folder: string): string {
  const lines = (one: (i: number) => string): string =>
    Array.from({ length: PLANES }, (_, i) => one(i)).join('\n')
  const blocks = lines(
    (i) =>
      `<TiffData FirstC="0" FirstT="${i}" FirstZ="0" IFD="${i}" PlaneCount="1"><UUID FileName="own.ome.tiff">urn:uuid:1</UUID></TiffData>`
  )
  const planes = lines(
    (i) =>
      `<Plane DeltaT="${i * 10.5}" DeltaTUnit="ms" ExposureTime="10.0" ExposureTimeUnit="ms" PositionX="${i / 7}" PositionXUnit="µm" TheC="0" TheT="${i}" TheZ="0"/>`
  )
  const path = join(folder, 'other.companion.ome')
  writeFileSync(
    path,
    `<?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="uint8" SizeX="8" SizeY="8" SizeZ="1" SizeC="1" SizeT="${PLANES}"><Channel ID="Channel:0:0" SamplesPerPixel="1"/>${blocks}${planes}</Pixels></Image></OME>`
  )
  return path
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'benchframe-planes-'))
  try {
    const paths = [await own(folder), companion(folder)]
    for (const path of paths) {
      const name = path === paths[0] ? 'own' : 'TiffData by plane'
      const dataset = await measured(`${name}: open`, () => openDataset(path))
      await measured(`${name}: all records`, () => dataset.rows(PLANES - 10, 10))
      await measured(`${name}: metadata tree`, () => dataset.metadata())
      await dataset.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
