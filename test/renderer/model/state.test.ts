import { describe, expect, it } from 'vitest'
import { settingsDraft } from '../../../src-renderer/model/draft'
import { Latest } from '../../../src-renderer/model/latest'
import { fromPlane, pixelSizeUm, planeAxes, toPlane } from '../../../src-renderer/model/planes'
import { secondsToEnd } from '../../../src-renderer/model/run-progress'
import { runRequest, triggerDevices } from '../../../src-renderer/model/run-request'
import { lines } from '../../../src-renderer/model/tree'
import type { Settings } from '../../../src-preload/contract/settings'
import { deviceList, usualSettings } from '../fake-world'

describe('typed settings (F3)', () => {
  it('are not overwritten by an older answer', async () => {
    let answer: ((settings: Settings) => void) | undefined
    const applied: Settings[] = []
    const draft = settingsDraft(
      () => new Promise((resolve) => (answer = resolve)),
      (settings) => applied.push(settings)
    )
    draft.add({ prefix: 'yea' })
    const sent = draft.flush()
    draft.add({ prefix: 'yeast' })
    answer?.({ ...usualSettings(), prefix: 'yea' })
    await sent
    expect(applied[0]?.prefix).toBe('yeast')
    expect(draft.dirty).toBe(true)
  })
  it('stay to be sent again when main refused them', async () => {
    let fail = true
    const sent: unknown[] = []
    const draft = settingsDraft(
      async (patch) => {
        sent.push(patch)
        if (fail) throw new Error('disk full')
        return usualSettings()
      },
      () => undefined
    )
    draft.add({ prefix: 'long story' })
    await expect(draft.flush()).rejects.toThrow('disk full')
    expect(draft.over(usualSettings()).prefix).toBe('long story')
    fail = false
    await draft.flush()
    expect(sent).toEqual([{ prefix: 'long story' }, { prefix: 'long story' }])
    expect(draft.dirty).toBe(false)
  })
})

describe('the last question wins (R8)', () => {
  it('one at a time, and the end of a drag is what is shown', async () => {
    const asked: number[] = []
    const shown: number[] = []
    const latest = new Latest<number, number>(
      async (n) => {
        asked.push(n)
        await new Promise((done) => setTimeout(done, 1))
        return n
      },
      (n) => shown.push(n),
      () => undefined
    )
    for (let n = 0; n < 1000; n++) latest.want(n)
    await new Promise((done) => setTimeout(done, 20))
    expect(asked).toEqual([0, 999])
    expect(shown).toEqual([0, 999])
  })
  it('drops answers that were forgotten', async () => {
    const shown: number[] = []
    const latest = new Latest<number, number>(
      async (n) => n,
      (n) => shown.push(n),
      () => undefined
    )
    latest.want(1)
    latest.forget()
    await new Promise((done) => setTimeout(done, 1))
    expect(shown).toEqual([])
  })
})

describe('planes', () => {
  const image = {
    name: '',
    axes: [
      { name: 't', size: 3 },
      { name: 'c', size: 2 },
      { name: 'y', size: 5, unit: 'µm', scale: 0.5 },
      { name: 'x', size: 7, unit: 'nm', scale: 500 }
    ],
    pixelType: 'uint8',
    declared: 6,
    present: 6,
    channels: [],
    readable: true
  } as const
  it('are walked in storage order and back', () => {
    const axes = planeAxes(image)
    expect(axes.map(({ name }) => name)).toEqual(['t', 'c'])
    for (let plane = 0; plane < 6; plane++) expect(toPlane(fromPlane(plane, axes), axes)).toBe(plane)
    expect(fromPlane(3, axes)).toEqual([1, 1])
  })
  it('have a size in µm only where the file says so (R12)', () => {
    expect(pixelSizeUm(image)).toBe(0.5)
    expect(pixelSizeUm({ ...image, axes: [{ name: 'x', size: 3 }] })).toBeNull()
    expect(pixelSizeUm({ ...image, axes: [{ name: 'x', size: 3, scale: 1, unit: 'pixel' }] })).toBeNull()
  })
})

describe('the request for a run', () => {
  it('names all that is missing', () => {
    const result = runRequest({ ...usualSettings(), folder: '', prefix: ' ', triggerKind: 'serial' }, null)
    expect(result.kind === 'missing' && result.lines.map(({ id, level }) => `${id} ${level}`)).toEqual([
      'disk stop',
      'name stop',
      'trigger stop'
    ])
  })
  it('has the trigger of the settings', () => {
    const result = runRequest(usualSettings(), null)
    expect(result.kind === 'ready' && result.request.trigger).toEqual({ kind: 'interval', everyMs: 100 })
  })
  it('offers the devices that have a trigger', () => {
    expect(triggerDevices(deviceList()).map(({ id }) => id)).toEqual(['bench'])
  })
})

describe('the metadata tree', () => {
  const tree = [
    { name: 'Image', children: [{ name: 'Pixels', children: [{ name: 'SizeX', value: '512' }] }] },
    { name: 'Sample', value: 'yeast' }
  ]
  it('shows what is open', () => {
    expect(lines(tree, (_, depth) => depth < 1, '').map(({ name }) => name)).toEqual([
      'Image',
      'Pixels',
      'Sample'
    ])
  })
  it('opens the way to what a search finds and hides the rest', () => {
    expect(lines(tree, () => false, '512').map(({ name }) => name)).toEqual(['Image', 'Pixels', 'SizeX'])
    expect(lines(tree, () => false, 'YEAST').map(({ name }) => name)).toEqual(['Sample'])
    expect(lines(tree, () => false, 'nothing')).toEqual([])
  })
  it('stops at a limit instead of drawing a hundred thousand lines', () => {
    const wide = Array.from({ length: 100_000 }, (_, i) => ({ name: `a${i}` }))
    expect(lines(wide, () => true, '')).toHaveLength(2000)
  })
})

describe('the end of a limited run (U6)', () => {
  it('is told from its own pace', () => {
    expect(secondsToEnd({ seen: 25, elapsedSeconds: 10 }, { frames: 100, seconds: null })).toBe(30)
    expect(secondsToEnd({ seen: 25, elapsedSeconds: 10 }, { frames: 100, seconds: 15 })).toBe(5)
    expect(secondsToEnd({ seen: 120, elapsedSeconds: 10 }, { frames: 100, seconds: null })).toBe(0)
  })
  it('is unknown before there is a pace, and where there is no limit', () => {
    expect(secondsToEnd({ seen: 1, elapsedSeconds: 10 }, { frames: 100, seconds: null })).toBeNull()
    expect(secondsToEnd({ seen: 50, elapsedSeconds: 10 }, { frames: null, seconds: null })).toBeNull()
  })
})
