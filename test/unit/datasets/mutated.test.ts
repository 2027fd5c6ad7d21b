// Mutated files never crash or hang the reader: each opens or is refused, and each plane comes or says why not (R6, R7, R15).
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Failed } from '../../../src-preload/contract/failure'
import { createForeignDecoder } from '../../../src-main/datasets/foreign-decoder'
import { checkOpen } from '../../../src-main/datasets/check'
import { editDataset } from '../../../src-main/datasets/edit/edit-dataset'
import { detail, overview } from '../../../src-main/datasets/box-picture'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { bundle } from '../../support/bundle'

const golden = resolve(import.meta.dirname, '../../conformance/golden')
const samples =
  process.env['BENCHFRAME_SAMPLES'] ?? resolve(import.meta.dirname, '../../../../shared/samples')
/** What no other program wrote: an archive, a companion with its files, and a list of records long enough to be read apart. */
const made = mkdtempSync(join(tmpdir(), 'benchframe-seeds-'))
const zip = join(made, 'data.zarr.zip')
const long = join(made, 'long.ome.zarr')
const event = join(golden, 'event_driven/data.ome.zarr')
writeFileSync(
  zip,
  zipSync(Object.fromEntries(filesIn(event).map((file) => [relative(event, file), readFileSync(file)])))
)
cpSync(event, long, { recursive: true })
writeFileSync(join(long, 'zarr.json'), withManyRecords(readFileSync(join(event, 'zarr.json'), 'utf8')))

function withManyRecords(text: string): string {
  const document = JSON.parse(text) as { attributes: { ome_writers: { frame_metadata: object[] } } }
  const list = document.attributes.ome_writers.frame_metadata
  document.attributes.ome_writers.frame_metadata = Array.from({ length: 2500 }, (_, i) => list[i % 5] ?? {})
  return JSON.stringify(document)
}

/** Files of the committed kit always; more where the samples are. */
const seeds = [
  zip,
  long,
  join(golden, 'multi_position/right_companion'),
  join(golden, 'event_driven/data.ome.tiff'),
  join(golden, 'multi_position/right_single.ome.tiff'),
  join(golden, 'event_driven/data.ome.zarr'),
  join(golden, 'zstack_timelapse/data.ome.zarr'),
  ...[
    'generated/tiff-edge/zstd_pred2_tiled.ome.tif',
    'generated/tiff-edge/be_classic_256tiles.tif',
    'generated/odd-ometiff/imagej.tif',
    'image-tiff/tests/images/predictor-3-gray-f32.tif',
    'image-tiff/tests/images/quad-tile.jpg.tiff',
    'viv/packages/loaders/tests/fixtures/ome-zarr/blobs_image_v04.ome.zarr',
    'zarrita/fixtures/v3/data.zarr/3d.chunked.mixed.compressed.sharded.i2',
    'zarrita/fixtures/v2/data.zarr/1d.contiguous.blosc.i2'
  ]
    .map((name) => join(samples, name))
    .filter((path) => existsSync(path))
]
/** BENCHFRAME_FUZZ: mutated files in all. */
const ROUNDS = Math.ceil(Number(process.env['BENCHFRAME_FUZZ'] ?? 375) / seeds.length)

/** Mulberry32: the same mutations in every run. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const NASTY = [0, 1, 0x7f, 0x80, 0xff, 0x22, 0x3c, 0x3e, 0x7b, 0x5b]

/** Flips bytes (mostly near the start, where headers are), overwrites a word, cuts, doubles or removes a piece. */
function mutate(bytes: Buffer, next: () => number): Buffer {
  const at = (): number => Math.floor(next() ** 2 * bytes.length)
  const out = Buffer.from(bytes)
  const kind = next()
  if (out.length === 0) return out
  if (kind < 0.5) {
    for (let i = 0; i < 1 + next() * 12; i++)
      out[at()] = NASTY[Math.floor(next() * NASTY.length)] ?? Math.floor(next() * 256)
    return out
  }
  if (kind < 0.65) {
    const from = at()
    out.fill(next() < 0.5 ? 0xff : 0, from, Math.min(out.length, from + 8))
    return out
  }
  if (kind < 0.8) return out.subarray(0, Math.floor(next() * out.length))
  const from = at()
  const length = Math.floor(next() * 200)
  const piece = out.subarray(from, from + length)
  return kind < 0.9
    ? Buffer.concat([out.subarray(0, from), piece, out.subarray(from)])
    : Buffer.concat([out.subarray(0, from), out.subarray(from + length)])
}

function filesIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(path, entry.name)) : [join(path, entry.name)]
  )
}

const decoder = bundle('src-main/datasets/reader-thread.ts').then((file) => createForeignDecoder({ file }))

async function useAll(path: string): Promise<'opened' | 'refused'> {
  let dataset
  try {
    dataset = await openDataset(path, { foreign: await decoder })
  } catch (error) {
    if (!(error instanceof Failed) || error.code === 'internal') throw error
    expect(error.message).toMatch(/\.$/)
    return 'refused'
  }
  for (const [image, { axes, readable }] of dataset.images.slice(0, 8).entries()) {
    const outer = axes.filter(({ name }) => !['y', 'x', 's'].includes(name))
    for (const pick of [(_: number) => 0, (size: number) => size - 1]) {
      if (!readable) continue
      const index = outer.map(({ size }) => Math.max(0, pick(size)))
      await dataset.plane(image, index)
      const place = { dataset, image, index, frame: 0 }
      await overview(place, 256)
      await detail(place, { x: 1, y: 1, width: 20, height: 20 }, 1)
    }
  }
  // records that turn out to be damaged are told when they are wanted; the pixels are there all the same
  await orFailure(dataset.rows(0, 20))
  await orFailure(dataset.keys())
  await dataset.events()
  await dataset.metadata()
  await orFailure(checkOpen(dataset, undefined, false))
  await dataset.close()
  await orFailure(editDataset(path, [{ kind: 'frame', frame: 0, key: 'note', value: 'x' }], 'fuzz'))
  return 'opened'
}

async function orFailure(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!(error instanceof Failed) || error.code === 'internal') throw error
    expect(error.message).toMatch(/\.$/)
  }
}

/** Handles of this process, where the system tells. */
const openFiles = (): number =>
  existsSync('/proc/self/fd')
    ? readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).includes('benchframe-fuzz')).length
    : 0

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return '' // the handle of this very listing
  }
}

/** What decoders and the collector keep for themselves; a leak of one plane a file would be many times that. */
const MOST_GROWTH = 500 * 2 ** 20
const atStart = process.memoryUsage().rss

describe(`${ROUNDS} mutations of each of ${seeds.length} datasets`, () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'benchframe-fuzz-'))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
    rmSync(made, { recursive: true, force: true })
  })

  it.each(seeds.map((seed, number) => [seed.split('/').slice(-2).join('/'), seed, number] as const))(
    '%s',
    { timeout: 600_000 },
    async (_, seed, number) => {
      const next = random(number + 1)
      const isFolder = !/\.(tiff?|ome|zip)$/.test(seed)
      const target = join(folder, `${number}${isFolder ? '' : '.file'}`)
      const verdicts = { opened: 0, refused: 0 }
      const files = openFiles()
      for (let round = 0; round < ROUNDS; round++) {
        rmSync(target, { recursive: true, force: true })
        cpSync(seed, target, { recursive: true })
        const files = isFolder ? filesIn(target) : [target]
        const documents = files.filter((file) =>
          /zarr\.json$|\.z(array|group|attrs)$|\.companion\.ome$/.test(file)
        )
        const pool = isFolder && next() < 0.6 ? documents : files
        const victim = pool[Math.floor(next() * pool.length)] ?? target
        writeFileSync(victim, mutate(readFileSync(victim), next))
        const started = performance.now()
        try {
          verdicts[await useAll(target)]++
        } catch (error) {
          throw new Error(`round ${round}: ${victim}`, { cause: error })
        }
        expect(performance.now() - started, `round ${round}`).toBeLessThan(10_000)
      }
      expect(verdicts.opened + verdicts.refused).toBe(ROUNDS)
      await expect.poll(openFiles).toBeLessThanOrEqual(files)
      expect(process.memoryUsage().rss - atStart, 'memory that grew').toBeLessThan(MOST_GROWTH)
    }
  )
})

describe('XML that attacks', () => {
  const bomb =
    '<?xml version="1.0"?><!DOCTYPE OME [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><OME><Image ID="&b;"/></OME>'
  const outside = '<!DOCTYPE OME [<!ENTITY f SYSTEM "file:///etc/passwd">]><OME><Image Name="&f;"/></OME>'
  it.each([bomb, outside])('is refused: %s', async (text) => {
    const folder = mkdtempSync(join(tmpdir(), 'benchframe-xml-'))
    const path = join(folder, 'x.companion.ome')
    writeFileSync(path, text)
    await expect(openDataset(path)).rejects.toMatchObject({ code: 'dataset.unreadable' })
    rmSync(folder, { recursive: true })
  })
})
