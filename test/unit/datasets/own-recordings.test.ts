// What Benchframe writes it opens again, deep-equal, in both formats; while it is being written too.
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FrameRecord } from '../../../src-preload/contract/record'
import { checkDataset } from '../../../src-main/datasets/check'
import { followDataset } from '../../../src-main/datasets/follow'
import { datasetInfo } from '../../../src-main/datasets/info'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { recover } from '../../../src-main/formats/recover'
import type { AcquisitionSettings, Dimension } from '../../../src-main/formats/settings'
import { createStream } from '../../../src-main/formats/stream'
import { writerThread } from '../../support/bundle'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-own-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const y: Dimension = { name: 'y', count: 24, type: 'space' }
const x: Dimension = { name: 'x', count: 40, type: 'space' }
const t: Dimension = { name: 't', count: null, type: 'time' }
const path = (suffix: string): string => join(folder, `run${suffix}`)

const pixels = (i: number): Uint16Array =>
  Uint16Array.from({ length: 24 * 40 }, (_, k) => (k * 31 + i * 7919) & 0xffff)
const shaOf = (frame: Uint16Array): string =>
  createHash('sha256').update(new Uint8Array(frame.buffer)).digest('hex')

/** Every JSON type, a key that changes its type, ragged keys, and what XML makes hard. */
const record = (i: number): FrameRecord => ({
  delta_t: i * 0.1,
  position_x: 3.5,
  temperature: 37 + i / 7,
  ok: i % 2 === 0,
  name: i === 3 ? 17 : 'true',
  big: 9007199254740993n,
  list: [1, 'a', null, { deep: 0.5 }],
  none: null,
  'odd <&"': ' two\r\nlines ',
  ...(i === 4 ? { only_here: '12' } : {})
})

async function acquire(settings: Partial<AcquisitionSettings>, frames: number) {
  const threadFile = await writerThread()
  const stream = await createStream(
    { rootPath: join(folder, 'run'), format: 'both', dtype: 'uint16', dimensions: [t, y, x], ...settings },
    { threadFile }
  )
  for (let i = 0; i < frames; i++) await stream.append(pixels(i), { metadata: record(i) })
  return stream
}

describe('a finished recording', () => {
  it('comes back deep-equal in both formats (F1, S5)', async () => {
    const stream = await acquire({}, 7)
    stream.describeKeys([{ key: 'temperature', type: 'number', unit: '°C', source: 'thermometer' }])
    await stream.addEvent({ time: 1.5, kind: 'note', frame: 3, text: 'a <note>' })
    await stream.close()
    for (const suffix of ['.ome.tiff', '.ome.zarr']) {
      const dataset = await openDataset(path(suffix))
      expect(dataset.state).toBe('complete')
      expect(dataset.warnings).toEqual([])
      expect((await dataset.rows(0, 100)).map((row) => row.record)).toEqual(
        Array.from({ length: 7 }, (_, i) => record(i))
      )
      expect(await dataset.keys()).toContainEqual({
        key: 'temperature',
        type: 'number',
        unit: '°C',
        source: 'thermometer'
      })
      expect(await dataset.events()).toContainEqual({ time: 1.5, kind: 'note', frame: 3, text: 'a <note>' })
      expect(dataset.images[0]?.declared).toBe(7)
      expect([7, null]).toContain(dataset.images[0]?.present) // null: counting took too long on a busy machine
      expect((await checkDataset(path(suffix))).findings).toEqual([])
      await dataset.close()
    }
    const info = await datasetInfo(path('.ome.tiff'), { checksum: true })
    expect(info).toMatchObject({
      frames: 7,
      images: [
        {
          axes: 'tyx',
          shape: [7, 24, 40],
          dtype: 'uint16',
          frames: 7,
          readable: true,
          sha256: shaOf(pixels(0))
        }
      ]
    })
    expect({ ...(await datasetInfo(path('.ome.zarr'), { checksum: true })).images[0], name: '' }).toEqual({
      ...info.images[0],
      name: ''
    })
  })

  it('of one frame keeps its axis in both formats', async () => {
    await (await acquire({}, 1)).close()
    for (const suffix of ['.ome.tiff', '.ome.zarr']) {
      expect(await datasetInfo(path(suffix))).toMatchObject({
        frames: 1,
        images: [{ axes: 'tyx', shape: [1, 24, 40] }]
      })
    }
  })

  it('of several positions and an order unlike the stored one has its frames in the order in which they came', async () => {
    const dimensions: Dimension[] = [
      { name: 't', count: 2, type: 'time' },
      { name: 'p', count: 2, type: 'position', coords: [{ name: 'A' }, { name: 'B' }] },
      { name: 'z', count: 2, type: 'space' },
      { name: 'c', count: 2, type: 'channel', coords: [{ name: 'red' }, { name: 'blue' }] },
      y,
      x
    ]
    const stream = await acquire({ dimensions, storageOrder: 'ome' }, 16)
    const { paths } = await stream.close()
    for (const opened of paths) {
      const dataset = await openDataset(opened)
      const rows = await dataset.rows(0, 100)
      expect(
        rows.map((row) => row.record),
        opened
      ).toEqual(Array.from({ length: 16 }, (_, i) => record(i)))
      for (const [i, { image, storageIndex }] of rows.entries()) {
        const plane = await dataset.plane(image, storageIndex)
        expect('missing' in plane ? plane.reason : shaOf(plane.data as Uint16Array), `${opened} ${i}`).toBe(
          shaOf(pixels(i))
        )
      }
      await dataset.close()
    }
  })

  it(
    'of many frames opens by the head of its metadata and has the same records (R1)',
    { timeout: 60_000 },
    async () => {
      const frames = 3000
      await (await acquire({}, frames)).close()
      for (const suffix of ['.ome.tiff', '.ome.zarr']) {
        const dataset = await openDataset(path(suffix))
        expect([dataset.frames, dataset.imageFrames]).toEqual([frames, [frames]])
        expect((await dataset.rows(0, frames)).map((row) => row.record)).toEqual(
          Array.from({ length: frames }, (_, i) => record(i))
        )
        expect((await dataset.rows(2999, 5)).map(({ frame, storageIndex }) => [frame, storageIndex])).toEqual(
          [[2999, [2999]]]
        )
        expect((await dataset.keys()).map(({ key }) => key).sort()).toEqual(
          [...Object.keys(record(4))].sort()
        )
        const { tree, raw } = await dataset.metadata()
        expect(JSON.stringify(tree).length).toBeLessThan(20_000)
        expect(raw[0]?.text.length).toBeGreaterThan(500_000)
        await dataset.close()
      }
    }
  )

  it('opens after its folder and files were renamed (S14)', async () => {
    await (await acquire({}, 3)).close()
    renameSync(path('.ome.tiff'), join(folder, 'other name.tif'))
    renameSync(path('.ome.zarr'), join(folder, 'other name'))
    for (const name of ['other name.tif', 'other name']) {
      const dataset = await openDataset(join(folder, name))
      expect([dataset.frames, dataset.kind.startsWith('ome-')]).toEqual([3, true])
      await dataset.close()
    }
  })
})

/** The pixels of every frame of the recording, through whatever its files are. */
async function expectAll(paths: readonly string[], frames: number): Promise<void> {
  for (const opened of paths) {
    const dataset = await openDataset(opened)
    expect(dataset.warnings, opened).toEqual([])
    const rows = await dataset.rows(0, 1000)
    expect(
      rows.map((row) => row.record),
      opened
    ).toEqual(Array.from({ length: frames }, (_, i) => record(i)))
    for (const [i, { image, storageIndex }] of rows.entries()) {
      const plane = await dataset.plane(image, storageIndex)
      expect('missing' in plane ? plane.reason : shaOf(plane.data as Uint16Array), `${opened} ${i}`).toBe(
        shaOf(pixels(i))
      )
    }
    await dataset.close()
    expect(
      (await checkDataset(opened)).findings.filter(({ level }) => level !== 'note'),
      opened
    ).toEqual([])
  }
}

describe('every form that is written', () => {
  it.each(['none', 'zstd', 'lzw', 'deflate', 'blosc-zstd', 'blosc-lz4', 'gzip'] as const)(
    'compressed by %s',
    async (compression) => {
      const format =
        compression === 'none' || compression === 'zstd'
          ? 'both'
          : ['lzw', 'deflate'].includes(compression)
            ? 'ome-tiff'
            : 'ome-zarr'
      await expectAll((await (await acquire({ compression, format }, 5)).close()).paths, 5)
    }
  )

  it.each(['redundant', 'master', 'companion'] as const)(
    'as a set with %s metadata, opened by any member (R2)',
    async (tiffMetadata) => {
      const p: Dimension = {
        name: 'p',
        count: 3,
        type: 'position',
        coords: [{ name: 'A' }, { name: 'B' }, { name: 'C' }]
      }
      const stream = await acquire(
        { format: 'ome-tiff', tiffMetadata, dimensions: [{ ...t, count: 2 }, p, y, x] },
        6
      )
      const { paths } = await stream.close()
      const [set = ''] = paths
      await expectAll([...paths, ...readdirSync(set).map((name) => join(set, name))], 6)
    }
  )

  it('as a run that stopped in the middle of a step', async () => {
    const z: Dimension = { name: 'z', count: 3, type: 'space' }
    await expectAll((await (await acquire({ dimensions: [t, z, y, x] }, 5)).close()).paths, 5)
  })

  it('as a plate', async () => {
    const coords = ['A', 'B'].flatMap((row) =>
      ['1', '2'].map((column) => ({ name: `${row}${column}`, plateRow: row, plateColumn: column }))
    )
    const p: Dimension = { name: 'p', count: 4, type: 'position', coords }
    const plate = { rowNames: ['A', 'B'], columnNames: ['1', '2'] }
    await expectAll(
      (await (await acquire({ plate, dimensions: [p, { ...t, count: 2 }, y, x] }, 8)).close()).paths,
      8
    )
  })
})

describe('a recording that broke off', () => {
  it.each(['none', 'zstd'] as const)(
    'opens at once as incomplete, with its records, and shows right pixels or none: %s (S2)',
    async (compression) => {
      const stream = await acquire({ compression }, 5)
      await stream.addEvent({ time: 1, kind: 'note', frame: 2, text: 'now' }) // resolves when all is on the disk
      // a copy of what is on the disk now, which nobody goes on writing
      const crashed = join(folder, 'crashed')
      mkdirSync(crashed)
      for (const suffix of ['.ome.tiff', '.ome.zarr', '.journal']) {
        cpSync(path(suffix), join(crashed, `run${suffix}`), { recursive: true })
      }
      await stream.close()
      for (const suffix of ['.ome.tiff', '.ome.zarr']) {
        const dataset = await openDataset(join(crashed, `run${suffix}`))
        expect(dataset.state).toBe('incomplete')
        const rows = await dataset.rows(0, 10)
        expect(rows.map((row) => row.record)).toEqual(Array.from({ length: 5 }, (_, i) => record(i)))
        for (const [i, { image, storageIndex }] of rows.entries()) {
          const plane = await dataset.plane(image, storageIndex)
          // OME-TIFF shows what its last checkpoint reached, OME-Zarr all that the journal has
          if (suffix === '.ome.zarr' || !('missing' in plane)) {
            expect('missing' in plane ? plane.reason : shaOf(plane.data as Uint16Array)).toBe(
              shaOf(pixels(i))
            )
          }
        }
        await dataset.close()
        const { findings } = await checkDataset(join(crashed, `run${suffix}`))
        expect(findings[0]).toMatchObject({
          level: 'error',
          text: expect.stringContaining('broke off') as string
        })
      }
    }
  )
})

describe('what the reference library leaves when it is killed', () => {
  it('opens as incomplete, its first plane shown (S2)', async () => {
    const xml = Buffer.from(
      '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYTCZ" ' +
        'Type="uint16" SizeX="40" SizeY="24" SizeZ="1" SizeC="1" SizeT="1"><Channel ID="Channel:0:0"/><TiffData IFD="0" PlaneCount="1"/>' +
        '</Pixels></Image></OME>\0'
    )
    const tags = 11
    const descriptionAt = 16 + 8 + tags * 20 + 8
    const first = Math.ceil((descriptionAt + xml.length) / 16) * 16
    const file = Buffer.alloc(first)
    file.write('II')
    file.writeUInt16LE(43, 2)
    file.writeUInt16LE(8, 4)
    file.writeBigUInt64LE(16n, 8)
    file.writeBigUInt64LE(BigInt(tags), 16)
    const entries = [
      [256, 4, 1, 40],
      [257, 4, 1, 24],
      [258, 3, 1, 16],
      [259, 3, 1, 1],
      [262, 3, 1, 1],
      [270, 2, xml.length, descriptionAt],
      [273, 16, 1, first],
      [277, 3, 1, 1],
      [278, 4, 1, 24],
      [279, 16, 1, 24 * 40 * 2],
      [339, 3, 1, 1]
    ] as const
    entries.forEach(([tag, type, count, value], i) => {
      const at = 24 + i * 20
      file.writeUInt16LE(tag, at)
      file.writeUInt16LE(type, at + 2)
      file.writeBigUInt64LE(BigInt(count), at + 4)
      file.writeBigUInt64LE(BigInt(value), at + 12)
    })
    xml.copy(file, descriptionAt)
    const planes = [0, 1, 2].map((i) => Buffer.from(pixels(i).buffer))
    writeFileSync(path('.ome.tiff'), Buffer.concat([file, ...planes]))
    const dataset = await openDataset(path('.ome.tiff'))
    expect([dataset.state, dataset.frames]).toEqual(['incomplete', 1])
    const plane = await dataset.plane(0, [])
    expect('missing' in plane ? plane.reason : shaOf(plane.data as Uint16Array)).toBe(shaOf(pixels(0)))
    await dataset.close()
    await recover(path('.ome.tiff'))
    await expectPixels(path('.ome.tiff'), 3)
  })
})

/** Pixels alone, where there are no records. */
async function expectPixels(opened: string, frames: number): Promise<void> {
  const dataset = await openDataset(opened)
  expect([dataset.state, dataset.frames]).toEqual(['complete', frames])
  for (const [i, { image, storageIndex }] of (await dataset.rows(0, frames)).entries()) {
    const plane = await dataset.plane(image, storageIndex)
    expect('missing' in plane ? plane.reason : shaOf(plane.data as Uint16Array)).toBe(shaOf(pixels(i)))
  }
  await dataset.close()
}

describe('a recording that still goes on', () => {
  it('opens with the records that its journal holds, through any of its members (S16, R13)', async () => {
    const stream = await acquire({}, 5)
    await stream.addEvent({ time: 1, kind: 'note', frame: 2, text: 'now' }) // resolves when all is on the disk
    for (const member of ['.ome.tiff', '.ome.zarr', '.ome.zarr/0', '.journal']) {
      const dataset = await openDataset(path(member))
      expect(dataset.state, member).toBe('recording')
      expect(
        (await dataset.rows(0, 10)).map((row) => row.record),
        member
      ).toEqual(Array.from({ length: 5 }, (_, i) => record(i)))
      expect(await dataset.events(), member).toContainEqual({ time: 1, kind: 'note', frame: 2, text: 'now' })
      await dataset.close()
    }
    await stream.close()
  })

  it.each(['.ome.tiff', '.ome.zarr'])('is followed until it is finished: %s (S16)', async (suffix) => {
    const stream = await acquire({}, 1)
    const states: (readonly [number, string])[] = []
    const failures: unknown[] = []
    const stop = followDataset(
      path(suffix),
      {
        dataset: (dataset) => {
          states.push([dataset.frames, dataset.state])
          void dataset.close()
        },
        // a TIFF has no page before its first checkpoint
        failed: (error) => (states.length > 0 ? failures.push(error) : undefined)
      },
      { everyMs: 50 }
    )
    const until = (frames: number, state: string) =>
      expect.poll(() => states[states.length - 1], { timeout: 2000, interval: 20 }).toEqual([frames, state])
    await until(1, 'recording')
    for (let i = 1; i < 4; i++) await stream.append(pixels(i), { metadata: record(i) })
    await until(4, 'recording')
    await stream.close()
    await until(4, 'complete')
    stop()
    expect(failures).toEqual([])
  })
})
