/**
 * S1, S2: a recording whose process is killed keeps every frame that was durable, with its record; nothing else is ever there. A short form runs
 * always, `npm run test:crash` kills at 200 moments; BENCHFRAME_KILLS is another number of moments for each of the eleven kinds of recordings.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { recover } from '../../src-main/formats/recover'
import type { AcquisitionSettings, Dimension } from '../../src-main/formats/settings'
import { writerThread } from '../support/bundle'
import { HEIGHT, WIDTH, judgeAll, recoverAndJudge, runAndKill } from './killed'
import type { RecorderInput } from './recorder'

const all = process.env['npm_lifecycle_event'] === 'test:crash'
const KILLS = Number(process.env['BENCHFRAME_KILLS'] ?? (all ? 20 : 1))

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-kill-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const yx: Dimension[] = [
  { name: 'y', count: HEIGHT },
  { name: 'x', count: WIDTH }
]
const event: Dimension[] = [{ name: 't', count: null }, ...yx]
const positions: Dimension[] = [{ name: 't', count: null }, { name: 'p', count: 3 }, ...yx]
const channels: Dimension[] = [{ name: 't', count: null }, { name: 'c', count: 2 }, ...yx]

const kinds: readonly (readonly [name: string, more: Omit<AcquisitionSettings, 'rootPath' | 'dtype'>])[] = [
  ['OME-TIFF', { format: 'ome-tiff', dimensions: event }],
  ['OME-TIFF with deflate', { format: 'ome-tiff', compression: 'deflate', dimensions: event }],
  ['OME-TIFF of two channels', { format: 'ome-tiff', dimensions: channels }],
  ['a set of OME-TIFF', { format: 'ome-tiff', dimensions: positions }],
  [
    'a set of OME-TIFF with zstd and a companion',
    { format: 'ome-tiff', compression: 'zstd', tiffMetadata: 'companion', dimensions: positions }
  ],
  ['sharded OME-Zarr', { format: 'ome-zarr', dimensions: event }],
  ['sharded OME-Zarr with blosc-lz4', { format: 'ome-zarr', compression: 'blosc-lz4', dimensions: event }],
  [
    'OME-Zarr of a file a frame with zstd',
    { format: 'ome-zarr', compression: 'zstd', dimensions: [{ name: 't', count: null, chunkSize: 1 }, ...yx] }
  ],
  ['OME-Zarr positions', { format: 'ome-zarr', dimensions: positions }],
  [
    'a set of OME-TIFF with tiles and smaller levels',
    { format: 'ome-tiff', compression: 'lzw', tileSize: 32, pyramidLevels: 2, dimensions: positions }
  ],
  ['both at once', { format: 'both', dimensions: event }]
]

async function recording(
  settings: AcquisitionSettings,
  frames: number | null = null
): Promise<RecorderInput> {
  const threadFile = await writerThread()
  return { kind: 'record', settings, threadFile, frames, framesPerSecond: 300, rhythm: {} }
}

/** The same moments in every run. */
const moments = (kind: number): number[] =>
  Array.from({ length: KILLS }, (_, i) => 100 + (((i + 1) * 977 + kind * 331) % 2400))

describe.each(kinds.map(([name, more], kind) => ({ name, more, kind })))(
  'kill -9 of a recording to $name',
  ({ more, kind }) => {
    test.each(moments(kind))('S1 after %i ms', async (afterMs) => {
      const settings: AcquisitionSettings = { rootPath: join(folder, 'run'), dtype: 'uint16', ...more }
      const said = await runAndKill(await recording(settings), afterMs)
      await recoverAndJudge(folder, settings, said)
    })
  }
)

describe('kill -9 during the last steps', () => {
  const settings = (): AcquisitionSettings => ({
    rootPath: join(folder, 'run'),
    dtype: 'uint16',
    format: 'both',
    dimensions: positions
  })
  const done = async (frames: number): Promise<void> => {
    await judgeAll([join(folder, 'run'), join(folder, 'run.ome.zarr')], settings(), frames)
  }

  test.each(Array.from({ length: Math.min(10, KILLS * 2) }, (_, i) => i * 4))(
    'of close, %i ms after it began',
    async (afterMs) => {
      const said = await runAndKill(
        await recording(settings(), 120),
        afterMs,
        ({ closing }) => closing === true
      )
      const report = await recoverAndJudge(folder, settings(), said)
      // Accepted frames that were not yet written when the process died are lost; finished ones are not touched again.
      if (report === null || report.action === 'nothing to do') await done(120)
    }
  )

  test.each(Array.from({ length: Math.min(10, KILLS * 2) }, (_, i) => i * 5))(
    'of a recovery, %i ms after it began',
    async (afterMs) => {
      const said = await runAndKill(await recording(settings()), 600)
      const journal = join(folder, 'run.journal')
      await runAndKill({ kind: 'recover', path: journal }, afterMs, ({ closing }) => closing === true)
      const report = await recoverAndJudge(folder, settings(), said)
      if (report !== null) return
      const again = await recover(join(folder, 'run.ome.zarr'))
      expect(again.action).toBe('nothing to do')
    }
  )

  test('of checkpoints that never end', async () => {
    const input = { ...(await recording(settings())), rhythm: { checkpointMs: 1, syncMs: 1, flushMs: 1 } }
    const said = await runAndKill(input, 500)
    await recoverAndJudge(folder, settings(), said)
  })
})

test('a recovery of a finished dataset does nothing', async () => {
  const settings: AcquisitionSettings = {
    rootPath: join(folder, 'run'),
    dtype: 'uint16',
    format: 'ome-tiff',
    dimensions: event
  }
  await runAndKill(await recording(settings, 5), 0, ({ closed }) => closed === true)
  expect(existsSync(join(folder, 'run.journal'))).toBe(false)
  expect(await recover(join(folder, 'run.ome.tiff'))).toMatchObject({ action: 'nothing to do' })
  await judgeAll([join(folder, 'run.ome.tiff')], settings, 5)
})
