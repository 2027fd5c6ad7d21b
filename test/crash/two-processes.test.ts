/** S6: of several processes that want one target, one gets it, the others are refused and touch nothing. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { realDisk } from '../../src-main/formats/disk'
import { createFramePool } from '../../src-main/formats/frame-pool'
import { planStream } from '../../src-main/formats/plan'
import type { AcquisitionSettings } from '../../src-main/formats/settings'
import { Writer } from '../../src-main/formats/writer'
import { bundle, writerThread } from '../support/bundle'
import { HEIGHT, WIDTH, judgeAll } from './killed'
import type { RecorderInput } from './recorder'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-two-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const settings = (): AcquisitionSettings => ({
  rootPath: join(folder, 'run'),
  dtype: 'uint16',
  format: 'both',
  dimensions: [
    { name: 't', count: null },
    { name: 'y', count: HEIGHT },
    { name: 'x', count: WIDTH }
  ]
})

test('three processes on one target at once', async () => {
  const recorder = await bundle('test/crash/recorder.ts')
  const threadFile = await writerThread()
  const input: RecorderInput = {
    kind: 'record',
    settings: settings(),
    threadFile,
    frames: 20,
    framesPerSecond: 200,
    rhythm: {}
  }
  const ends = await Promise.all(
    Array.from({ length: 3 }, () => {
      const child = spawn(process.execPath, [recorder, JSON.stringify(input)])
      let errors = ''
      child.stderr.on('data', (data: Buffer) => {
        errors += data.toString()
      })
      child.stdout.resume()
      return new Promise<{ code: number | null; errors: string }>((resolve) => {
        child.once('close', (code) => resolve({ code, errors }))
      })
    })
  )
  expect(ends.map(({ code }) => code).sort()).toEqual([0, 1, 1])
  for (const { code, errors } of ends) expect(errors.includes('exists already')).toBe(code === 1)
  expect(readdirSync(folder).sort()).toEqual(['run.ome.tiff', 'run.ome.zarr'])
  await judgeAll([join(folder, 'run.ome.tiff'), join(folder, 'run.ome.zarr')], settings(), 20)
})

test.each(['run.ome.tiff', 'run.ome.zarr'])('%s appears between the check and the creation', (name) => {
  const plan = planStream(settings())
  const pool = createFramePool(plan.frame, 1)
  const target = join(folder, name)
  const disk: typeof realDisk = {
    ...realDisk,
    makeFolder(path) {
      realDisk.makeFolder(path)
      if (path.endsWith('.journal')) writeFileSync(target, 'mine')
    }
  }
  const deps = {
    disk,
    memory: pool.memory,
    layout: pool.layout,
    free: () => undefined,
    failed: () => undefined,
    now: () => 0
  }
  expect(() => Writer.create(plan, deps)).toThrow('exists already')
  expect(readFileSync(target, 'utf8')).toBe('mine')
  expect(readdirSync(folder)).toEqual([name])
})
