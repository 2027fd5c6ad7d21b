import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { emptyDescription } from '../../../src-main/description-file'
import { duration } from '../../../src-main/duration'
import { preflight, type PreflightFacts } from '../../../src-main/preflight'
import type { Values } from '../../../src-preload/contract/description'
import type { DeviceStatus } from '../../../src-preload/contract/device'
import { usualMultiD } from '../../../src-preload/contract/multi-d'
import { usualPlate } from '../../../src-preload/contract/plate-plan'
import type { RunRequest } from '../../../src-preload/contract/run'

const request: RunRequest = {
  folder: mkdtempSync(join(tmpdir(), 'benchframe-preflight-')),
  prefix: 'run',
  format: 'both',
  trigger: { kind: 'interval', everyMs: 1000 },
  frames: null,
  seconds: null,
  fullPool: 'hold'
}
const facts = (
  patch: Partial<RunRequest>,
  freeBytes: number | null = 100e9,
  values: Values = { sample: 'HeLa', operator: 'Ada' }
): PreflightFacts => ({
  request: { ...request, ...patch },
  description: { ...emptyDescription(), values, canUndo: false, canRedo: false },
  camera: {
    device: 'c',
    label: 'Camera',
    format: { width: 1000, height: 500, pixelType: 'uint16' },
    area: { x: 0, y: 0, width: 1000, height: 500, binning: 1 },
    sensor: { width: 1000, height: 500, binnings: [1] },
    exposureMs: 10,
    live: true,
    fps: 0,
    saturation: null,
    pixelSizeUm: null
  },
  devices: [],
  freeBytes,
  sleepProblem: null
})
const level = (found: ReturnType<typeof preflight>, id: string): string | undefined =>
  found.lines.find((line) => line.id === id)?.level

it('says in one sentence what a run will do', () => {
  expect(preflight(facts({})).sentence).toBe(
    'Records to OME-TIFF and OME-Zarr until stopped; about 7.2 GB/h, disk full in 14 h.'
  )
  expect(preflight(facts({ trigger: { kind: 'manual' }, frames: 9, format: 'ome-zarr' })).sentence).toBe(
    'Records to OME-Zarr until 9 frames; 1.0 MB a frame.'
  )
})

it('low space, a missing sample and an interval that is too short warn; they never block (F4)', () => {
  const found = preflight(
    facts({ trigger: { kind: 'interval', everyMs: 5 } }, 1e9, { sample: ' ', operator: 'Ada' })
  )
  expect(['disk', 'sample', 'trigger', 'name'].map((id) => level(found, id))).toEqual([
    'warning',
    'warning',
    'warning',
    'ok'
  ])
})

it('says whether the computer stays awake, and what to do where it does not', () => {
  expect(level(preflight(facts({})), 'sleep')).toBe('ok')
  const line = preflight({ ...facts({}), sleepProblem: 'nobody listens.' }).lines.find(
    ({ id }) => id === 'sleep'
  )
  expect(line).toMatchObject({ level: 'warning', text: 'The computer may fall asleep: nobody listens.' })
  expect(line?.fix).toContain('power settings')
})

it('a name that can not be written and a trigger that is not there stop', () => {
  expect(level(preflight(facts({ prefix: 'a/b' })), 'name')).toBe('stop')
  expect(level(preflight(facts({ folder: '/proc/nowhere' })), 'name')).toBe('stop')
  expect(level(preflight(facts({ trigger: { kind: 'serial', device: 'x' } })), 'trigger')).toBe('stop')
})

it('durations are told in the unit that people would use', () => {
  expect([5, 300, 10_000, 1e6].map(duration)).toEqual(['5 s', '5 min', '3 h', '12 days'])
})

it('names the wells that the stage can’t reach, before anything starts', () => {
  const axis = (name: 'x' | 'y' | 'z') => ({
    key: name,
    label: name,
    value: 0,
    ageMs: 0,
    stale: false,
    settable: true,
    min: 0,
    max: 50_000,
    recordKey: `position_${name}`
  })
  const stage: DeviceStatus = {
    id: 'stage',
    label: 'Stage',
    kinds: ['stage'],
    state: 'ready',
    proof: 'simulated',
    port: 'built in',
    properties: [axis('x'), axis('y'), axis('z')]
  }
  const planned = (wells: string[]): ReturnType<typeof preflight> => {
    const plate = { ...usualPlate(), wells, a1: { x: 1_000, y: 1_000, z: null } }
    const plan = { ...usualMultiD(), positions: { on: true, list: [], from: 'plate' as const, plate } }
    return preflight({ ...facts({ trigger: { kind: 'multi-d', plan } }), devices: [stage] })
  }
  const reach = planned(['A1', 'A6', 'F1'])
  expect(reach.lines.find(({ id }) => id === 'trigger')?.text).toBe('Multi-D: 10 times × 3 wells = 30 frames')
  expect(planned(['A1', 'A7', 'G1', 'A6']).lines.find(({ id }) => id === 'trigger')).toMatchObject({
    level: 'stop',
    text: 'Wells A7, G1 lie outside of the stage: at A7 x is 55000 µm, allowed is 0 to 50000 µm.'
  })
  const many = planned(Array.from({ length: 12 }, (_, i) => `H${i + 1}`))
  expect(many.lines.find(({ id }) => id === 'trigger')?.text).toMatch(/^Wells H1, .* and 6 more lie outside/)
})
