// The journal of a recording that goes on is read once; each later look reads what was added, and sees what a first look would see.
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Recording } from '../../../src-main/datasets/records/recording'
import { journalReading } from '../../../src-main/datasets/records/journal-recording'
import { realDisk } from '../../../src-main/formats/disk'
import { journalFile } from '../../../src-main/formats/journal'
import { journalPath } from '../../../src-main/formats/plan-paths'
import { H, smallStreams, W } from '../../support/small-stream'

const streams = smallStreams()
afterEach(() => vi.restoreAllMocks())

/** All that a recording tells. */
const content = (recording: Recording | null): unknown => ({
  events: recording?.events,
  keys: recording?.schema.keys,
  globals: [...(recording?.globals ?? [])],
  sizes: recording?.sizes,
  frames: recording?.frames?.map(({ count, record, storageIndex }) =>
    Array.from({ length: count }, (_, i) => [storageIndex(i), record(i, i)])
  ),
  pixels: recording?.frames?.map(({ count, storageIndex }, image) =>
    [0, count - 6, count - 1].map((i) => recording.pixels?.read(image, storageIndex(i)))
  )
})

describe.each(['ome-tiff', 'ome-zarr'] as const)('%s', (format) => {
  it('a later look reads only what was added, and the one before stays as it was (S16)', async () => {
    const stream = await streams.open({ format })
    const folder = journalPath(stream.plan)
    let appended = 0
    const append = async (frames: number): Promise<void> => {
      for (let i = 0; i < frames; i++, appended++)
        await stream.append(new Uint16Array(W * H).fill(appended + 1), {
          metadata: { appended, [`k${appended % 7}`]: 1 }
        })
      await stream.addEvent({ time: appended, kind: 'note', frame: appended - 1, text: `at ${appended}` })
    }
    const reading = journalReading()
    const read = vi.spyOn(realDisk, 'read')
    const bytes = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
      read.mockClear()
      const answer = await work()
      const got = read.mock.results.reduce((sum, { value }) => sum + Number(value), 0)
      return [answer, got]
    }
    await append(300)
    const [first, whole] = await bytes(() => reading.read(folder))
    const before = content(first)
    expect(whole).toBeGreaterThan(10_000)
    for (let look = 0; look < 3; look++) {
      await append(5)
      const size = statSync(journalFile(folder)).size
      const [now, got] = await bytes(() => reading.read(folder))
      expect(got).toBeLessThan(size / 5)
      const anew = await journalReading().read(folder)
      expect(content(now)).toEqual(content(anew))
      now?.pixels?.close()
      anew?.pixels?.close()
    }
    expect(content(first)).toEqual(before)
    first?.pixels?.close()
    await stream.close()
  })
})

it('a line that is not whole yet is read when it is; another journal under the name is read from its beginning', async () => {
  const stream = await streams.open({ format: 'ome-tiff' })
  for (let i = 0; i < 20; i++) await stream.append(new Uint16Array(W * H).fill(i), { metadata: { i } })
  await stream.addEvent({ time: 1, kind: 'note', text: 'synced' })
  const folder = join(streams.folder, 'copy.journal')
  cpSync(journalPath(stream.plan), folder, { recursive: true })
  await stream.close()
  const file = journalFile(folder)
  const all = readFileSync(file)
  const kept = join(streams.folder, 'kept')
  copyFileSync(file, kept)
  const reading = journalReading()
  const count = async (): Promise<number | undefined> => (await reading.read(folder))?.frames?.[0]?.count
  truncateSync(file, all.length - 200)
  const fewer = (await count()) ?? 0
  expect(fewer).toBeLessThan(20)
  appendFileSync(file, all.subarray(all.length - 200))
  expect(await count()).toBe(20)
  // replaced: another file, shorter, with the same name
  truncateSync(kept, Math.floor(all.length / 2))
  renameSync(kept, file)
  const half = (await count()) ?? 0
  expect(half).toBeGreaterThan(0)
  expect(half).toBeLessThan(20)
  // cut in place
  truncateSync(file, Math.floor(all.length / 3))
  expect((await count()) ?? 0).toBeLessThan(half)
})
