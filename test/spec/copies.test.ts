/** Copies in the other format and back, before the outside judges: what the command line makes of a recording is as right as the recording. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { CopyReport } from '../../src-preload/contract/copy'
import { runCli } from '../support/cli'
import { complaints, judge } from '../support/judge'
import { newFolder } from '../support/profile'

async function converted(...args: readonly string[]): Promise<CopyReport> {
  const result = await runCli('convert', ...args, '--json')
  expect(result, result.stderr).toMatchObject({ code: 0 })
  return JSON.parse(result.stdout) as CopyReport
}

it('OME-TIFF to OME-Zarr and back hold every pixel and value (S10, S11)', async () => {
  const folder = newFolder()
  const out = join(folder, 'run')
  const expected = `${out}.expect.json`
  const meta = [
    '--meta',
    'note=a <b> & "c"',
    '--frame-meta',
    '{"list": [1, null, {"a": "ü"}], "yes": true, "digits": "007"}'
  ]
  const what = ['--frames', '9', '--size', '61x43', '--trigger', 'interval:20', '--format', 'ome-tiff']
  expect(await runCli('acquire', out, ...what, ...meta, '--expect', expected)).toMatchObject({ code: 0 })
  const there = await converted(`${out}.ome.tiff`, join(folder, 'there'), '--compression', 'blosc-lz4')
  const back = await converted(there.path, join(folder, 'back.ome.tiff'), '--compression', 'zstd')
  expect(there).toMatchObject({ frames: 9, samePlanes: 9, notes: [] })
  expect(back.sha256).toBe(there.sha256)
  for (const { path } of [there, back]) {
    const verdict = await judge(path, { expect: expected, bioformats: 'require' })
    expect(complaints(verdict), path).toEqual([])
    expect(verdict.unreached, path).toEqual([])
  }
})

it('a part by query is a dataset of its own, and wrong words are exit code 2', async () => {
  const folder = newFolder()
  const out = join(folder, 'run')
  const what = ['--frames', '6', '--size', '32x16', '--trigger', 'interval:20', '--format', 'ome-zarr']
  expect(await runCli('acquire', out, ...what)).toMatchObject({ code: 0 })
  const part = await converted(
    `${out}.ome.zarr`,
    join(folder, 'part.ome.tiff'),
    '--where',
    '# >= 2 and # < 5'
  )
  expect(part).toMatchObject({ frames: 3, samePlanes: 3 })
  expect(complaints(await judge(part.path))).toEqual([])
  expect(
    await runCli('convert', `${out}.ome.zarr`, join(folder, 'x'), '--where', 'nothing > 2')
  ).toMatchObject({
    code: 2
  })
  expect(await runCli('convert', `${out}.ome.zarr`, part.path)).toMatchObject({ code: 1 })
  const csv = await runCli('export', `${out}.ome.zarr`, join(folder, 'table.csv'), '--json')
  expect(JSON.parse(csv.stdout)).toMatchObject({ rows: 6 })
  const png = join(folder, 'one.png')
  expect(await runCli('export', `${out}.ome.zarr`, png, '--frames', '2')).toMatchObject({ code: 0 })
  expect(readFileSync(png).toString('latin1', 1, 4)).toBe('PNG')
})
