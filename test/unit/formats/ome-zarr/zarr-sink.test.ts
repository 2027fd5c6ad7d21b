import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventDriven, scratchFolder, ZarrRun } from '../../../support/zarr-run'

let folder: ReturnType<typeof scratchFolder>
beforeEach(() => {
  folder = scratchFolder()
})
afterEach(() => {
  folder.remove()
})

const document = (run: ZarrRun, path: string) =>
  JSON.parse(readFileSync(join(run.path, path, 'zarr.json'), 'utf8')) as {
    shape: number[]
    attributes: Record<string, unknown>
  }

describe('event-driven run, raw, one image', () => {
  it('S8: the shape is exact at close, and grows by complete shards before', () => {
    const settings = eventDriven(256, 256, {
      dimensions: [
        { name: 't', count: null, type: 'time', chunkSize: 1, shardSizeChunks: 4 },
        { name: 'y', count: 256, type: 'space' },
        { name: 'x', count: 256, type: 'space' }
      ]
    })
    const run = new ZarrRun(folder.path, settings, undefined, 3)
    const shape = () => document(run, '0').shape
    expect(shape()).toEqual([0, 256, 256])
    run.frames(3).sink.sync()
    expect(shape()).toEqual([0, 256, 256])
    run.frames(7).sink.sync()
    expect(shape()).toEqual([8, 256, 256])
    run.finish()
    expect(shape()).toEqual([10, 256, 256])
  })

  it('puts globals on the root, and form, keys, events and counts below benchframe', () => {
    const run = new ZarrRun(folder.path, eventDriven(32, 32)).frames(2).finish()
    const { attributes } = document(run, '')
    expect(attributes).toMatchObject({
      lab: { name: 'optics' },
      benchframe: {
        form: { sample: 'beads' },
        keys: [{ key: 'temperature', unit: '°C' }],
        events: [{ kind: 'note', frame: 1, text: 'bubble' }],
        finish: { end: 'stop', frames: 2 }
      }
    })
    expect(Object.keys(attributes)).not.toContain('benchframe/form')
  })

  it('S6: an existing target is refused and untouched', () => {
    const run = new ZarrRun(folder.path, eventDriven(32, 32)).frames(2).finish()
    const before = readFileSync(join(run.path, 'zarr.json'), 'utf8')
    expect(() => new ZarrRun(folder.path, eventDriven(32, 32))).toThrowError(
      expect.objectContaining({ code: 'target.exists' })
    )
    expect(readFileSync(join(run.path, 'zarr.json'), 'utf8')).toBe(before)
  })

  it('S15: removed, it leaves nothing', () => {
    const run = new ZarrRun(folder.path, eventDriven(32, 32))
    run.sink.remove()
    expect(existsSync(run.path)).toBe(false)
  })
})
