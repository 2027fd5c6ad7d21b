// One sample of `npm run bench -- latency`: pulses of a trigger line on a pty while 2048² frames are written at 30 a second, and how much
// later each exposure began. Pulse and exposure are timed on the same monotonic clock, by the twin and by the app.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { systemClocks } from '../../src-main/acquisition/clock'
import { Acquisition } from '../../src-main/acquisition/service'
import { createDeviceSet } from '../../src-main/devices/device-set'
import { createFramePool } from '../../src-main/formats/frame-pool'
import { createRunWorld } from '../../src-main/run-world'
import { startTwin } from '../twins/start-twin'

const SIDE = 2048
const RATE = 30

async function main(seconds: number): Promise<void> {
  const folder = mkdtempSync(join(process.argv[3] ?? tmpdir(), 'benchframe-latency-'))
  const twin = await startTwin({ seed: 5 })
  const devices = createDeviceSet({
    camera: { width: SIDE, height: SIDE, pixelType: 'uint16', exposureMs: 5 }
  })
  const started: { mono: bigint | null } = { mono: null }
  const exposures = new Map<number, bigint>()
  try {
    const { id } = await devices.connect(twin.path)
    const world = {
      ...createRunWorld(devices, () => undefined),
      // The first look at the clock is the run's zero, to which delta_t belongs.
      clocks: { ...systemClocks, mono: () => (started.mono ??= systemClocks.mono()) && systemClocks.mono() }
    }
    const acquisition = new Acquisition(devices.camera, (format) => createFramePool(format), world, {
      onRun: () => undefined,
      onCamera: () => undefined,
      onLiveProblem: () => undefined
    })
    const delay = monitorEventLoopDelay({ resolution: 1 })
    await acquisition.start({
      root: join(folder, 'run'),
      format: 'ome-zarr',
      trigger: { kind: 'serial', device: id },
      frames: null,
      seconds: null,
      fullPool: 'hold',
      form: { sample: '', done: '', operator: '', notes: '', fields: [] },
      rules: [],
      ring: null,
      frameMetadata: {},
      globals: {},
      beforeSubmit: (_, { delta_t, trigger_sequence }) => {
        const zero = started.mono ?? 0n
        exposures.set(Number(trigger_sequence), zero + BigInt(Math.round(Number(delta_t) * 1e6)) * 1000n)
      }
    })
    delay.enable()
    const count = seconds * RATE
    await twin.send({ do: 'trigger', count, everyMs: 1000 / RATE })
    while (acquisition.status().seen < count) await new Promise((done) => setTimeout(done, 20))
    delay.disable()
    const receipt = await acquisition.stop()
    await acquisition.close()
    const pulses = twin
      .log()
      .filter(({ dir, text }) => dir === 'out' && text.startsWith('!TRIG '))
      .map(({ t, text }) => ({ at: BigInt(Math.round(t)), sequence: Number(text.split(' ')[1]) }))
    const late = pulses
      .flatMap(({ at, sequence }) => {
        const began = exposures.get(sequence)
        return began === undefined ? [] : [Number(began - at) / 1e6]
      })
      .sort((a, b) => a - b)
    const at = (part: number): number =>
      late[Math.min(late.length - 1, Math.floor(part * late.length))] ?? NaN
    const ms = (value: number): number => Math.round(value * 100) / 100
    process.stdout.write(
      `${JSON.stringify({
        frames: late.length,
        dropped: receipt?.dropped,
        complete: receipt?.complete,
        triggerToExposureMs: { p50: ms(at(0.5)), p99: ms(at(0.99)), most: ms(at(1)) },
        loopDelayMs: { p50: ms(delay.percentile(50) / 1e6 - 1), p99: ms(delay.percentile(99) / 1e6 - 1) }
      })}\n`
    )
  } finally {
    await devices.close()
    await twin.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

await main(Number(process.argv[2] ?? 20))
