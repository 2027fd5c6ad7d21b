/** A dataset whose metadata was changed in place, before the outside judges: Bio-Formats, tifffile and zarr-python read the new values, and every pixel is the old one (F5). */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { editDataset } from '../../src-main/datasets/edit/edit-dataset'
import type { Edit } from '../../src-preload/contract/edit'
import { runCli, readExpected } from '../support/cli'
import { complaints, judge } from '../support/judge'
import { newFolder } from '../support/profile'

it.each(['.ome.tiff', '.ome.zarr'])('an edited %s is still right for every reader', async (suffix) => {
  const out = join(newFolder(), 'run')
  const expected = `${out}.expect.json`
  const what = ['--frames', '6', '--size', '61x43', '--trigger', 'interval:20', '--format', 'both']
  const meta = ['--meta', 'project=beads', '--frame-meta', '{"word": "true", "level": 1}']
  expect(await runCli('acquire', out, ...what, ...meta, '--expect', expected)).toMatchObject({ code: 0 })
  const edits: Edit[] = [
    { kind: 'frame', frame: 2, key: 'word', value: 'a <b> & "c" ü' },
    { kind: 'frame', frame: 2, key: 'note', value: 'divides?' },
    { kind: 'frame', frame: 4, key: 'level', value: 2.5 },
    { kind: 'frame', frame: 5, key: 'word', value: null },
    { kind: 'global', namespace: 'benchframe/form', key: 'sample', value: 'HeLa' },
    { kind: 'channel', image: 0, channel: 0, value: 'GFP' }
  ]
  await editDataset(`${out}${suffix}`, edits, 'Ada')
  const wanted = JSON.parse(readFileSync(expected, 'utf8')) as {
    frames: { metadata: Record<string, unknown> }[]
  }
  expect(wanted.frames).toHaveLength(readExpected(expected).frames.length)
  Object.assign(wanted.frames[2]?.metadata ?? {}, { word: 'a <b> & "c" ü', note: 'divides?' })
  Object.assign(wanted.frames[4]?.metadata ?? {}, { level: 2.5 })
  delete wanted.frames[5]?.metadata['word']
  writeFileSync(expected, JSON.stringify(wanted))
  const verdict = await judge(`${out}${suffix}`, { expect: expected, bioformats: 'require' })
  expect(complaints(verdict)).toEqual([])
  expect(verdict.unreached).toEqual([])
})
