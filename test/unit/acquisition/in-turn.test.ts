import { describe, expect, it } from 'vitest'
import { Acquisition } from '../../../src-main/acquisition/service'
import type { RunWorld } from '../../../src-main/acquisition/run-plan'
import { createFramePool } from '../../../src-main/formats/frame-pool'
import type { Rule } from '../../../src-preload/contract/rule'
import { FakeCamera, type FakeStream, planOf, until, worldOf } from './fakes'

const settingRule = (device: string): Rule => ({
  id: 'r',
  name: 'Sets',
  enabled: true,
  dryRun: false,
  priority: 0,
  whenBusy: 'ignore',
  source: { kind: 'clock', everySeconds: 0.01 },
  condition: {
    test: { kind: 'always' },
    holdMs: 0,
    refractoryMs: 0,
    mostFires: 1,
    armedFromSeconds: 0,
    armedUntilSeconds: null
  },
  actions: [{ kind: 'set', device, property: 'gain', value: 2 }]
})

async function running(device: string) {
  const streams: FakeStream[] = []
  const camera = new FakeCamera()
  camera.settings = { ...camera.settings, exposureMs: 120 }
  const done: string[] = []
  const world: { -readonly [K in keyof RunWorld]: RunWorld[K] } = worldOf(streams)
  world.set = (which, property) => {
    done.push(`${property} of ${which}`)
    return Promise.resolve(true)
  }
  const acquisition = new Acquisition(camera, (format) => createFramePool(format, 1), world, {
    onRun: () => undefined,
    onCamera: () => undefined,
    onLiveProblem: () => undefined
  })
  const exposed = camera.expose.bind(camera)
  camera.expose = async (...args) => {
    const report = await exposed(...args)
    done.push('exposed')
    return report
  }
  await acquisition.start(planOf({ rules: [settingRule(device)] }))
  return { acquisition, done }
}

describe('setting a property while a run is on', () => {
  it('of the camera waits for the end of the exposure, also when a rule does it', async () => {
    const { acquisition, done } = await running('fake-camera')
    await acquisition.snap()
    await until(() => done.length === 2)
    expect(done).toEqual(['exposed', 'gain of fake-camera'])
    await acquisition.stop()
  })

  it('of another device does not wait', async () => {
    const { acquisition, done } = await running('laser')
    await acquisition.snap()
    await until(() => done.length === 2)
    expect(done).toEqual(['gain of laser', 'exposed'])
    await acquisition.stop()
  })

  it('of the camera is refused where it changes the frame size', async () => {
    const { acquisition } = await running('laser')
    const set = (property: string) => acquisition.inTurn('fake-camera', property, () => Promise.resolve(1))
    await expect(set('binning')).rejects.toThrow('is fixed while a run is under way')
    expect(await set('exposureMs')).toBe(1)
    await acquisition.stop()
    expect(await set('binning')).toBe(1)
  })
})

describe('a change of the frame size that is still under way', () => {
  async function changing() {
    const streams: FakeStream[] = []
    const camera = new FakeCamera()
    const configure = camera.configure.bind(camera)
    camera.configure = async (wanted) => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      return configure(wanted)
    }
    const world: { -readonly [K in keyof RunWorld]: RunWorld[K] } = worldOf(streams)
    const { openStream } = world
    const widths: number[] = []
    world.openStream = (options) => {
      widths.push(options.pool.format.width)
      return openStream(options)
    }
    const acquisition = new Acquisition(camera, (format) => createFramePool(format, 1), world, {
      onRun: () => undefined,
      onCamera: () => undefined,
      onLiveProblem: () => undefined
    })
    const configuring = acquisition.configure({ width: 4 })
    return { acquisition, configuring, widths, streams }
  }

  it('is waited for by a run, whose frames all have the new size', async () => {
    const { acquisition, configuring, widths, streams } = await changing()
    const starting = acquisition.start(planOf({}))
    expect(acquisition.recording).toBe(true)
    await Promise.all([configuring, starting])
    await acquisition.snap()
    await until(() => streams[0]?.records.length === 1)
    expect(widths).toEqual([4])
    expect(acquisition.cameraStatus().format.width).toBe(4)
    await acquisition.stop()
  })

  it('is waited for by a snap', async () => {
    const { acquisition, configuring } = await changing()
    await acquisition.snap()
    await configuring
    expect((await acquisition.picture(-1, 64))?.full.width).toBe(4)
  })
})
