/** A camera and a stream that do what they are told, so that a run can be watched step by step. */
import { Failed, type Failure } from '../../../src-preload/contract/failure'
import type { DeviceStatus } from '../../../src-preload/contract/device'
import type { FrameRecord, Json, KeyInfo, RunEvent } from '../../../src-preload/contract/record'
import { wholeSensor } from '../../../src-main/devices/sensor-area'
import type { Camera, CameraSettings, ExposureReport, Reading } from '../../../src-main/devices/device'
import type { FramePool, FrameStream, StreamReport } from '../../../src-main/formats/sink'
import type { RunPlan, RunWorld } from '../../../src-main/acquisition/run-plan'
import { systemClocks } from '../../../src-main/acquisition/clock'

export class FakeCamera implements Camera {
  readonly id = 'fake-camera'
  readonly kind = 'camera' as const
  readonly significantBits = 12
  readonly pixelSizeUm = null
  readonly sensor = { width: 8, height: 4, binnings: [1] }
  settings: CameraSettings = {
    ...wholeSensor(this.sensor),
    pixelType: 'uint16',
    exposureMs: 1
  }
  /** Set to let exposures fail, or hang until aborted. */
  behaviour: 'well' | 'fails' | 'hangs' = 'well'
  exposures = 0
  lostBefore = 0

  status(): DeviceStatus {
    return {
      id: this.id,
      label: 'Fake',
      kinds: ['camera'],
      state: 'ready',
      proof: 'simulated',
      port: 'built in',
      properties: []
    }
  }
  onChange(): () => void {
    return () => undefined
  }
  set(): Promise<void> {
    return Promise.resolve()
  }
  close(): Promise<void> {
    return Promise.resolve()
  }
  configure(wanted: Partial<CameraSettings>): Promise<CameraSettings> {
    this.settings = { ...this.settings, ...wanted }
    return Promise.resolve(this.settings)
  }
  async expose(target: Uint8Array, _?: unknown, signal?: AbortSignal): Promise<ExposureReport> {
    if (this.behaviour === 'fails') throw new Failed('device.timeout', 'The fake camera did not answer.')
    if (this.behaviour === 'hangs') {
      await new Promise((_, reject) => {
        signal?.addEventListener('abort', () =>
          reject(new Failed('cancelled', 'The exposure was cancelled.'))
        )
      })
    }
    const startedAt = process.hrtime.bigint()
    await new Promise((resolve) => setTimeout(resolve, this.settings.exposureMs))
    target.fill(++this.exposures)
    return { startedAt, exposureMs: this.settings.exposureMs, lostBefore: this.lostBefore }
  }
}

export class FakeStream implements FrameStream {
  readonly paths = ['/nowhere/run.ome.zarr']
  readonly records: FrameRecord[] = []
  readonly firstBytes: number[] = []
  readonly events: RunEvent[] = []
  readonly keys = new Map<string, KeyInfo>()
  readonly globals = new Map<string, Json>()
  failure: Failure | null = null
  closed = false
  /** While true, slots are kept as a slow disk would. */
  stuck = false
  readonly #kept: number[] = []
  readonly #failureListeners: ((failure: Failure) => void)[] = []

  constructor(readonly pool: FramePool) {}

  get counters(): FrameStream['counters'] {
    const frames = this.records.length
    return { accepted: frames, written: frames - this.#kept.length, durable: 0, bytes: frames * 64 }
  }
  onFailure(listener: (failure: Failure) => void): () => void {
    this.#failureListeners.push(listener)
    return () => undefined
  }
  submit(slot: number, record: FrameRecord): void {
    if (this.failure !== null) throw new Failed(this.failure.code, this.failure.message)
    this.firstBytes.push(this.pool.pixels(slot)[0] ?? -1)
    this.records.push(record)
    if (this.stuck) this.#kept.push(slot)
    else this.pool.release(slot)
  }
  unstick(): void {
    this.stuck = false
    for (const slot of this.#kept.splice(0)) this.pool.release(slot)
  }
  fail(failure: Failure): void {
    this.failure = failure
    for (const listener of this.#failureListeners) listener(failure)
  }
  skip(): void {
    throw new Error('no run skips')
  }
  addEvent(event: RunEvent): Promise<void> {
    if (this.closed) return Promise.reject(new Failed('state.wrong', 'The stream is closed.'))
    this.events.push(event)
    return Promise.resolve()
  }
  describeKeys(keys: readonly KeyInfo[]): void {
    for (const key of keys) this.keys.set(key.key, key)
  }
  setGlobalMetadata(namespace: string, value: Json): void {
    this.globals.set(namespace, value)
  }
  close(): Promise<StreamReport> {
    this.closed = true
    this.unstick()
    return Promise.resolve({ frames: this.records.length, paths: this.paths, state: 'complete' })
  }
}

export const planOf = (patch: Partial<RunPlan> = {}): RunPlan => ({
  root: '/nowhere/run',
  format: 'ome-zarr',
  trigger: { kind: 'manual' },
  frames: null,
  seconds: null,
  fullPool: 'hold',
  form: { sample: 's', done: 'd', operator: 'o', notes: '', fields: { dose: '3' } },
  rules: [],
  ring: null,
  frameMetadata: {},
  globals: {},
  ...patch
})

export function worldOf(streams: FakeStream[], readings: () => readonly Reading[] = () => []): RunWorld {
  return {
    clocks: systemClocks,
    openStream: ({ pool }) => {
      const stream = new FakeStream(pool)
      streams.push(stream)
      return Promise.resolve(stream)
    },
    verify: (paths) => {
      const count = streams[streams.length - 1]?.records.length ?? 0
      return Promise.resolve(paths.map((path) => ({ path, readable: count, records: count, bytes: 1 })))
    },
    readings,
    onReadings: () => () => undefined,
    place: () => null,
    moveTo: () => Promise.resolve(),
    set: () => Promise.resolve(true),
    settled: () => Promise.resolve(true),
    notify: () => undefined,
    triggerLine: () => {
      throw new Failed('device.absent', 'No trigger here.')
    },
    freeBytes: () => Promise.resolve(1e12)
  }
}

export const until = async (what: () => boolean): Promise<void> => {
  const start = performance.now()
  while (!what()) {
    if (performance.now() - start > 5000) throw new Error(`waited in vain for ${String(what)}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
