// One sample of our own: writes the frames of a scenario, or raw bytes past the page cache, and prints what it took as one line of JSON.
// Bundled by bundle.mjs; arguments: the sample as JSON.
import { execFileSync } from 'node:child_process'
import {
  constants,
  closeSync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Preview } from '../../src-main/acquisition/preview'
import { RunTable } from '../../src-main/acquisition/run-table'
import { createStream } from '../../src-main/formats/stream'
import type { Sample, Outcome } from './sample'

const frameBytes = (s: Sample): number => s.width * s.height * 2

/** The same eight keys as the peers'. */
const metadata = (i: number) => ({
  delta_t: i * 0.01,
  exposure_time: 0.01,
  position_x: 100 + i * 0.5,
  position_y: 200.25,
  position_z: 50,
  temperature: 37 + (i % 100) / 1000,
  laser_power: 50,
  trigger_source: 'serial'
})

const statusMB = (key: string): number => {
  const line = readFileSync('/proc/self/status', 'utf8')
    .split('\n')
    .find((text) => text.startsWith(key))
  return Number(line?.split(/\s+/)[1] ?? 0) / 1024
}

const syncDisk = (folder: string): void => {
  execFileSync('sync', ['-f', folder])
}

/** Every file that a sample made. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

/** In the clock instead of a sync of the file system, which would start a process and write out what others have waiting. */
function syncFile(path: string): void {
  const fd = openSync(path, constants.O_RDONLY)
  fsyncSync(fd)
  closeSync(fd)
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function framesOf(sample: Sample): Uint8Array[] {
  const all = readFileSync(sample.data)
  const bytes = frameBytes(sample)
  return Array.from({ length: Math.floor(all.length / bytes) }, (_, i) =>
    all.subarray(i * bytes, (i + 1) * bytes)
  )
}

/** Time, processor and memory of `work`, counted from a quiet disk. */
async function measure(sample: Sample, work: (times: number[]) => Promise<void>): Promise<Outcome> {
  syncDisk(dirname(sample.path))
  writeFileSync('/proc/self/clear_refs', '5')
  const beforeMB = statusMB('VmRSS')
  const cpu = process.cpuUsage()
  const times: number[] = []
  const start = performance.now()
  await work(times)
  for (const path of filesBelow(dirname(sample.path))) syncFile(path)
  const seconds = (performance.now() - start) / 1000
  const used = process.cpuUsage(cpu)
  times.sort((a, b) => a - b)
  return {
    seconds,
    appendP99Ms: times[Math.floor(times.length * 0.99)] ?? null,
    cpuSeconds: (used.user + used.system) / 1e6,
    peakMB: statusMB('VmHWM') - beforeMB
  }
}

async function ours(sample: Sample): Promise<Outcome> {
  const { width, height, fps } = sample
  const frames = framesOf(sample)
  const t = {
    name: 't',
    count: null,
    type: 'time',
    ...(sample.chunk === undefined ? {} : { chunkSize: sample.chunk }),
    ...(sample.shard === undefined ? {} : { shardSizeChunks: sample.shard })
  } as const
  const stream = await createStream(
    {
      rootPath: sample.path,
      format: sample.format,
      compression: sample.compression,
      dtype: 'uint16',
      dimensions: [t, { name: 'y', count: height, type: 'space' }, { name: 'x', count: width, type: 'space' }]
    },
    {
      threadFile: sample.threadFile,
      ...(sample.rhythm === undefined ? {} : { rhythm: sample.rhythm }),
      ...(sample.poolMB === undefined ? {} : { poolBytes: sample.poolMB * 1024 * 1024 })
    }
  )
  const preview = sample.preview === true ? new Preview() : null
  const frameTable = sample.preview === true ? new RunTable() : null
  const looking = { on: preview !== null }
  const look = async (): Promise<void> => {
    while (looking.on && preview !== null) {
      await preview.next(preview.sequence, 512)
      await sleep(33)
    }
  }
  const outcome = await measure(sample, async (times) => {
    const looks = look()
    const start = performance.now()
    for (let i = 0; i < sample.frames; i++) {
      if (fps !== undefined) {
        const wait = start + (i * 1000) / fps - performance.now()
        if (wait > 1) await sleep(wait)
        while (performance.now() < start + (i * 1000) / fps) await sleep(0)
      }
      const frame = frames[i % frames.length] as Uint8Array
      const record = metadata(i)
      preview?.offer(frame, stream.pool.format, i, null)
      frameTable?.add(record)
      const before = performance.now()
      await stream.append(frame, { metadata: record })
      times.push(performance.now() - before)
    }
    await stream.close()
    looking.on = false
    await Promise.race([looks, sleep(5)])
  })
  return outcome
}

/** What the disk gives: the frames one after the other into one file, as large writes, synced at the end. */
function raw(sample: Sample): Promise<Outcome> {
  const bytes = frameBytes(sample)
  const perWrite = Math.max(1, Math.floor((8 * 1024 * 1024) / bytes))
  const pages = Math.ceil((perWrite * bytes) / 65_536)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  const block = new Uint8Array(memory.buffer, 0, perWrite * bytes)
  framesOf(sample)
    .slice(0, perWrite)
    .forEach((frame, i) => {
      block.set(frame, i * bytes)
    })
  return measure(sample, () => {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | constants.O_DIRECT
    const fd = openSync(`${sample.path}.raw`, flags)
    for (let i = 0; i < sample.frames; i += perWrite) {
      const size = Math.min(perWrite, sample.frames - i) * bytes
      for (let done = 0; done < size;) done += writeSync(fd, block, done, size - done, i * bytes + done)
    }
    fdatasyncSync(fd)
    closeSync(fd)
    return Promise.resolve()
  })
}

const sample = JSON.parse(process.argv[2] ?? '{}') as Sample
const outcome = await (sample.writer === 'raw' ? raw(sample) : ours(sample))
process.stdout.write(`${JSON.stringify(outcome)}\n`)
process.exit(0)
