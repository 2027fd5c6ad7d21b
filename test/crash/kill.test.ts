/**
 * S1, S2: a recording whose process is killed keeps every frame that was durable, with its record; nothing else is ever there. A short form runs
 * always; BENCHFRAME_KILLS says how many kills of each kind.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { recover } from '../../src-main/formats/recover'
import type { AcquisitionSettings } from '../../src-main/formats/settings'
import { bundle } from '../support/bundle'
import { complaints, judge } from '../support/judge'
import { metadataOf, pixelsOf } from './frames'
import type { RecorderInput } from './recorder'

const KILLS = Number(process.env['BENCHFRAME_KILLS'] ?? 4)
const WIDTH = 96
const HEIGHT = 64

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-kill-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

interface Said {
  readonly accepted?: number
  readonly written?: number
  readonly durable?: number
  readonly closing?: boolean
}

/** Records until killed; answers what the recorder said last of each thing. */
async function recordAndKill(
  settings: AcquisitionSettings,
  afterMs: number,
  frames: number | null
): Promise<Said> {
  const input: RecorderInput = {
    settings,
    frames,
    threadFile: await bundle('src-main/formats/writer-thread.ts'),
    framesPerSecond: 300
  }
  const child = spawn(process.execPath, [await bundle('test/crash/recorder.ts'), JSON.stringify(input)])
  let text = ''
  let errors = ''
  child.stdout.on('data', (data: Buffer) => {
    text += data.toString()
  })
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString()
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  child.kill('SIGKILL')
  await ended
  expect(errors).toBe('')
  const said = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Said)
  return said.reduce((all, one) => ({ ...all, ...one }), {})
}

function expectation(frames: number): string {
  const file = join(folder, 'expect.json')
  const all = Array.from({ length: frames }, (_, i) => ({
    index: [i],
    sha256: createHash('sha256')
      .update(new Uint8Array(pixelsOf(i, WIDTH, HEIGHT).buffer))
      .digest('hex'),
    metadata: metadataOf(i)
  }))
  writeFileSync(
    file,
    JSON.stringify({
      axes: ['t', 'y', 'x'],
      dtype: 'uint16',
      images: [{ shape: [frames, HEIGHT, WIDTH] }],
      frames: all
    })
  )
  return file
}

const settings = (format: 'ome-tiff' | 'ome-zarr' | 'both'): AcquisitionSettings => ({
  rootPath: join(folder, 'run'),
  dimensions: [
    { name: 't', count: null },
    { name: 'y', count: HEIGHT },
    { name: 'x', count: WIDTH }
  ],
  dtype: 'uint16',
  format
})

describe.each(['ome-tiff', 'ome-zarr', 'both'] as const)('kill -9 of a recording to %s', (format) => {
  test.each(Array.from({ length: KILLS }, (_, i) => 150 + ((i * 977) % 2400)))(
    'S1 after %i ms',
    async (afterMs) => {
      const said = await recordAndKill(settings(format), afterMs, null)
      if (!existsSync(join(folder, 'run.journal'))) {
        expect(readdirSync(folder)).toEqual([]) // killed before the recording began
        return
      }
      const report = await recover(join(folder, 'run.journal'))
      expect(report.frames).toBeGreaterThanOrEqual(said.durable ?? 0)
      expect(report.frames).toBeGreaterThanOrEqual(said.written ?? 0)
      if (report.frames === 0) {
        expect(readdirSync(folder)).toEqual([])
        return
      }
      const expected = expectation(report.frames)
      for (const path of report.paths)
        expect(complaints(await judge(path, { expect: expected, bioformats: 'auto' }))).toEqual([])
      expect(existsSync(join(folder, 'run.journal'))).toBe(false)
    }
  )
})

test('kill -9 during close', async () => {
  const said = await recordAndKill(settings('both'), 700, 150)
  expect(said.accepted).toBe(150)
  const report = await recover(join(folder, 'run.ome.tiff'))
  const expected = expectation(150)
  if (report.action === 'recovered') expect(report.frames).toBe(150)
  for (const name of ['run.ome.tiff', 'run.ome.zarr']) {
    expect(complaints(await judge(join(folder, name), { expect: expected }))).toEqual([])
  }
})
