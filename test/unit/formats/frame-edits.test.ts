// Cells changed by hand while a run goes on: in the records of both formats, with history, also when the run broke off.
import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { historyFrom } from '../../../src-preload/contract/edit'
import type { FrameRecord, RunEvent } from '../../../src-preload/contract/record'
import { editDataset } from '../../../src-main/datasets/edit/edit-dataset'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { FrameEdits } from '../../../src-main/formats/frame-edits'
import { recover } from '../../../src-main/formats/recover'
import { frame, smallStreams } from '../../support/small-stream'

const streams = smallStreams()
const AT = '2026-11-25T06:00:00.000Z'
const edit = (cells: NonNullable<RunEvent['edits']>['cells']): RunEvent => ({
  time: 1,
  kind: 'edit',
  edits: { at: AT, who: 'Ada', cells }
})

test('an edit changes its key alone; every other value keeps its digits and its place', () => {
  const edits = new FrameEdits()
  edits.see(
    edit([
      { frame: 3, key: 'b"', before: 'x', after: 'y\n😀' },
      { frame: 3, key: 'gone', before: 1, after: null },
      { frame: 3, key: 'new', before: null, after: true }
    ])
  )
  const record = '{"a":9007199254740993,"b\\"":"x","gone":1,"c":[1,{"gone":2}]}'
  expect(edits.over(2, record)).toBe(record)
  expect(edits.over(3, record)).toBe('{"a":9007199254740993,"b\\"":"y\\n😀","c":[1,{"gone":2}],"new":true}')
  expect(edits.over(3, '{}')).toBe('{"b\\"":"y\\n😀","new":true}')
})

/** Records 4 frames, changes cells, and answers what the stream left after `end`. */
async function edited(end: 'closed' | 'broken off'): Promise<string[]> {
  const stream = await streams.open({ format: 'both' })
  for (let i = 0; i < 4; i++) await stream.append(frame(i), { metadata: { delta_t: i, note: 'n', keep: 42 } })
  stream.describeKeys([{ key: 'alive', type: 'boolean', source: 'user' }])
  await stream.addEvent(
    edit([
      { frame: 1, key: 'alive', before: null, after: true },
      { frame: 2, key: 'alive', before: null, after: 'perhaps' },
      { frame: 2, key: 'note', before: 'n', after: null }
    ])
  )
  await stream.addEvent(edit([{ frame: 1, key: 'alive', before: true, after: false }]))
  if (end === 'closed') return [...(await stream.close()).paths]
  const copy = join(streams.folder, 'copy')
  for (const name of readdirSync(streams.folder))
    cpSync(join(streams.folder, name), join(copy, name), { recursive: true })
  await stream.close()
  const paths = ['run.ome.tiff', 'run.ome.zarr'].map((name) => join(copy, name))
  for (const path of paths) await expectEdits(path)
  expect((await recover(paths[0] ?? '')).frames).toBe(4)
  return paths
}

async function expectEdits(path: string): Promise<void> {
  const dataset = await openDataset(path)
  try {
    const records = (await dataset.rows(0, 4)).map(({ record }): FrameRecord => record)
    expect(records, path).toEqual([
      { delta_t: 0, note: 'n', keep: 42 },
      { delta_t: 1, note: 'n', keep: 42, alive: false },
      { delta_t: 2, keep: 42, alive: 'perhaps' },
      { delta_t: 3, note: 'n', keep: 42 }
    ])
    const history = historyFrom(dataset.globals)
    expect(history.map(({ before, after }) => [before, after])).toEqual([
      [null, true],
      [null, 'perhaps'],
      ['n', null],
      [true, false]
    ])
    expect(history[0]).toMatchObject({ at: AT, who: 'Ada', what: { kind: 'frame', frame: 1, key: 'alive' } })
  } finally {
    await dataset.close()
  }
}

test('edits of the saved dataset go on with the history of the run', async () => {
  for (const path of await edited('closed')) {
    await editDataset(path, [{ kind: 'frame', frame: 3, key: 'alive', value: true }], 'Grace')
    const dataset = await openDataset(path)
    const history = historyFrom(dataset.globals)
    await dataset.close()
    expect(
      history.map(({ who }) => who),
      path
    ).toEqual(['Ada', 'Ada', 'Ada', 'Ada', 'Grace'])
  }
})

test.each(['closed', 'broken off'] as const)(
  'M2 edits of a run that was %s are in both formats',
  async (end) => {
    for (const path of await edited(end)) await expectEdits(path)
  }
)
