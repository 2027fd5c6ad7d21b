/** Starts a recorder, kills it, recovers what it left, and asks the judges whether that is exactly what was recorded. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import type { RecoveryReport } from '../../src-preload/contract/dataset'
import { Router } from '../../src-main/formats/layout'
import { planStream } from '../../src-main/formats/plan'
import { recover } from '../../src-main/formats/recover'
import type { AcquisitionSettings } from '../../src-main/formats/settings'
import { bundle } from '../support/bundle'
import { complaints } from '../support/judge'
import { judgeBatch, type JudgeBatch } from '../support/judge-batch'
import { metadataOf, pixelsOf } from './frames'
import type { RecorderInput, Said } from './recorder'

export const WIDTH = 96
export const HEIGHT = 64

let judges: JudgeBatch | null = null
afterAll(() => {
  judges?.close()
})

/** Runs the recorder until `when` says that it has said enough, and then for so many milliseconds. */
export async function runAndKill(
  input: RecorderInput,
  afterMs: number,
  when: (said: Said) => boolean = () => true
): Promise<Said> {
  const child = spawn(process.execPath, [await bundle('test/crash/recorder.ts'), JSON.stringify(input)])
  let rest = ''
  let errors = ''
  let said: Said = {}
  let ready = (): void => undefined
  const enough = new Promise<void>((resolve) => {
    ready = resolve
  })
  child.stdout.on('data', (data: Buffer) => {
    const lines = (rest + data.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      said = { ...said, ...(JSON.parse(line) as Said) }
      if (when(said)) ready()
    }
  })
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString()
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await Promise.race([enough, ended])
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  child.kill('SIGKILL')
  await ended
  expect(errors).toBe('')
  return said
}

/** What `frames` frames of this acquisition are, in the kit's form. */
export function expectation(settings: AcquisitionSettings, frames: number): object {
  const plan = planStream(settings)
  const router = new Router(plan)
  const all = Array.from({ length: frames }, (_, i) => ({
    ...router.next(),
    sha256: createHash('sha256')
      .update(new Uint8Array(pixelsOf(i, WIDTH, HEIGHT).buffer))
      .digest('hex'),
    metadata: metadataOf(i)
  }))
  const images = plan.images.flatMap(({ index, name }) => {
    const steps = Math.max(
      0,
      ...all.filter(({ image }) => image === index).map((frame) => (frame.index[0] ?? 0) + 1)
    )
    if (steps === 0) return []
    return [{ name, shape: [...plan.axes.map((axis, i) => (i === 0 ? steps : axis.count)), HEIGHT, WIDTH] }]
  })
  return { axes: [...plan.axes.map(({ name }) => name), 'y', 'x'], dtype: 'uint16', images, frames: all }
}

/** Recovers the run of a killed recorder and judges every dataset of it; answers the report, or null where nothing was left. */
export async function recoverAndJudge(
  folder: string,
  settings: AcquisitionSettings,
  said: Said
): Promise<RecoveryReport | null> {
  const journal = join(folder, 'run.journal')
  if (!existsSync(journal)) {
    if (said.closing !== true) expect(readdirSync(folder)).toEqual([]) // killed before the recording began
    return null
  }
  const report = await recover(journal)
  if (report.action === 'nothing to do') return report
  expect(report.frames).toBeGreaterThanOrEqual(said.durable ?? 0)
  expect(report.frames).toBeGreaterThanOrEqual(said.written ?? 0)
  if (report.frames === 0) expect(readdirSync(folder)).toEqual([])
  else await judgeAll(report.paths, settings, report.frames)
  expect(existsSync(journal)).toBe(false)
  return report
}

export async function judgeAll(
  paths: readonly string[],
  settings: AcquisitionSettings,
  frames: number
): Promise<void> {
  judges ??= judgeBatch()
  const expected = expectation(settings, frames)
  for (const path of paths) {
    const verdict = await judges.judge(path, expected)
    expect(complaints(verdict)).toEqual([])
    expect(verdict.unreached).toEqual([])
  }
}
