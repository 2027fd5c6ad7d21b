import { describe, expect, it } from 'vitest'
import type { Json } from '../../../src-preload/contract/record'
import { usualMultiD } from '../../../src-preload/contract/multi-d'
import { setupGlobals, setupIn } from '../../../src-main/run-setup'

const camera = {
  area: { x: 10, y: 20, width: 128, height: 96, binning: 2 },
  format: { width: 128, height: 96, pixelType: 'uint16' },
  exposureMs: 5
} as const
const ring = { frames: 3, everyMs: 50 }
const request = {
  trigger: { kind: 'interval', everyMs: 120 },
  format: 'both',
  frames: 4,
  seconds: null,
  fullPool: 'drop newest'
} as const

const told = (globals: Readonly<Record<string, Json>>): ReadonlyMap<string, Json> =>
  new Map(Object.entries(globals))

describe('set-up of a run', () => {
  it('comes back out of the metadata it went into', () => {
    expect(setupIn(told(setupGlobals(request, [], ring, camera)))).toEqual({
      triggerKind: 'interval',
      intervalMs: 120,
      format: 'both',
      frames: 4,
      seconds: null,
      fullPool: 'drop newest',
      rules: [],
      ring,
      camera: { ...camera.area, pixelType: 'uint16', exposureMs: 5 }
    })
  })

  it('has the plan of a Multi-D run', () => {
    const plan = usualMultiD()
    const globals = setupGlobals({ ...request, trigger: { kind: 'multi-d', plan } }, [], ring, camera)
    expect(setupIn(told(globals))).toMatchObject({ triggerKind: 'multi-d', multiD: plan })
  })

  it('leaves out what is not legal today, and keeps the rest', () => {
    const globals = told({
      'benchframe/setup': { format: 'jpeg', intervalMs: -1, frames: 7, camera: { width: 0 }, folder: '/etc' }
    })
    expect(setupIn(globals)).toEqual({ frames: 7 })
  })

  it('is empty for a dataset of another program', () => {
    expect(setupIn(told({ 'benchframe/setup': 'text' }))).toEqual({})
    expect(setupIn(new Map())).toEqual({})
  })
})
