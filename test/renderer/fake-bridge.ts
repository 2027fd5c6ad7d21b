// A main process in the page: the bridge's two functions over made-up devices, pictures, runs and datasets. For tests of
// the page alone; nothing here is part of the application.
import type { Bridge } from '../../src-preload/contract/bridge'
import type { Answer, Argument, CommandName } from '../../src-preload/contract/commands'
import type { DatasetInfo } from '../../src-preload/contract/dataset'
import type { EventName, Events } from '../../src-preload/contract/events'
import type { Description } from '../../src-preload/contract/description'
import { Failed, toFailure } from '../../src-preload/contract/failure'
import type { ProgramsStatus } from '../../src-preload/contract/programs'
import type { CameraStatus, RunStatus, TableRow } from '../../src-preload/contract/run'
import type { Settings } from '../../src-preload/contract/settings'
import { DESCRIPTION } from '../../src-renderer/model/draft'
import { fakeReview } from './fake-review'
import {
  beads,
  deviceList,
  emptyStatus,
  KEYS,
  metadata,
  noLosses,
  usualDescription,
  usualSettings,
  UNITS
} from './fake-world'

export type Handlers = { [N in CommandName]: (argument: Argument<N>) => Answer<N> | Promise<Answer<N>> }

export interface FakeBridge extends Bridge {
  /** Replaces one command's answer. */
  answer<N extends CommandName>(name: N, handler: Handlers[N]): void
  tell<N extends EventName>(name: N, value: Events[N]): void
  readonly calls: { readonly name: CommandName; readonly argument: unknown }[]
  settings: Settings
  description: Description
}

export interface FakeOptions {
  readonly settings?: Partial<Settings>
  /** Frames of the dataset that is opened. */
  readonly frames?: number
  /** Planes of it without pixels. */
  readonly missing?: readonly number[]
  readonly state?: DatasetInfo['state']
}

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

export function createFakeBridge(options: FakeOptions = {}): FakeBridge {
  const listeners = new Map<EventName, Set<(value: never) => void>>()
  const tell = <N extends EventName>(name: N, value: Events[N]): void => {
    for (const listener of listeners.get(name) ?? []) (listener as (value: Events[N]) => void)(value)
  }
  const frames = options.frames ?? 412
  const missing = new Set(options.missing ?? [])
  let live = 0
  let timer: ReturnType<typeof setInterval> | undefined
  let ended: (() => void) | undefined
  let rows: TableRow[] = []
  let startedAt = 0
  let status: RunStatus = emptyStatus()
  let camera: CameraStatus = {
    device: 'camera',
    label: 'Simulated camera',
    format: { width: 1024, height: 1024, pixelType: 'uint16' },
    area: { x: 512, y: 512, width: 1024, height: 1024, binning: 1 },
    sensor: { width: 2048, height: 2048, binnings: [1, 2, 4] },
    exposureMs: 10,
    live: true,
    fps: 31.2,
    saturation: 4095,
    pixelSizeUm: 0.1083
  }
  const devices = [...deviceList()]
  let state = options.state ?? 'complete'
  let run = 0

  let programs: ProgramsStatus = { port: null, token: null, programs: [] }
  const tellPrograms = (status: ProgramsStatus): ProgramsStatus => {
    programs = status
    tell('programs.changed', programs)
    return programs
  }

  const fake: FakeBridge = {
    calls: [],
    settings: { ...usualSettings(), ...options.settings },
    description: usualDescription(),
    async call(name, argument) {
      fake.calls.push({ name, argument })
      try {
        const handler = handlers[name] as (argument: unknown) => unknown
        return { ok: true, value: (await handler(argument)) as Answer<typeof name> }
      } catch (error) {
        return { ok: false, failure: toFailure(error) }
      }
    },
    on(name, listener) {
      const known = listeners.get(name) ?? new Set()
      listeners.set(name, known.add(listener))
      return () => known.delete(listener)
    },
    answer(name, handler) {
      ;(handlers as Record<string, unknown>)[name] = handler
    },
    tell
  }

  function record(at: number, index: number): TableRow {
    const values: Record<string, string | number | null> = {
      delta_t: at,
      exposure_time: camera.exposureMs / 1000,
      position_x: 100 + 0.5 * index,
      position_y: 200 + 0.3 * index,
      position_z: 50,
      temperature: 37 + Math.sin(index / 9) * 0.6 + Math.sin(index * 12.9898) * 0.12,
      laser_power: index % 20 < 10 ? 50 : 12.5,
      trigger_source: 'serial',
      note: index % 67 === 16 ? 'divides?' : null
    }
    return {
      frame: index,
      image: 0,
      storageIndex: [index],
      cells: KEYS.map((key) => values[key] ?? null),
      present: !missing.has(index)
    }
  }
  const saved = Array.from({ length: frames }, (_, i) => record(i * 0.1 + Math.sin(i) * 0.01, i))

  function setStatus(change: Partial<RunStatus>): RunStatus {
    status = { ...status, ...change }
    tell('run.status', status)
    return status
  }
  function frame(): void {
    const at = (performance.now() - startedAt) / 1000
    rows.push(record(at, rows.length))
    const seen = rows.length
    setStatus({
      seen,
      written: seen,
      durable: Math.floor(seen / 5) * 5,
      elapsedSeconds: at,
      bytesWritten: seen * 2_097_152,
      megabytesPerSecond: 20.9,
      poolFill: 0.12,
      freeBytes: 182e9,
      secondsToFull: 8700
    })
    if (status.seen === fake.settings.frames) ended?.()
  }
  async function finish(end: 'completed' | 'stopped'): Promise<RunStatus> {
    clearInterval(timer)
    setStatus({ phase: 'finishing', durable: status.seen })
    await wait(30)
    const files = status.paths.map((path) => ({
      path,
      readable: status.seen,
      records: status.seen,
      bytes: status.bytesWritten
    }))
    const { seen, written, dropped, elapsedSeconds: seconds } = status
    const receipt = { seen, written, dropped, losses: noLosses, files, seconds, end, complete: true }
    return setStatus({ phase: 'finished', receipt })
  }

  const info = (path: string): DatasetInfo => ({
    id: `set ${path}`,
    path,
    name: path.split('/').at(-1) ?? path,
    kind: path.endsWith('.zarr') ? 'ome-zarr' : 'ome-tiff',
    state,
    ...{ frames, warnings: [], plates: [] },
    images: [
      {
        name: 'run',
        axes: [
          { name: 't', size: frames, unit: 's' },
          { name: 'y', size: 1024, unit: 'µm', scale: 0.1083 },
          { name: 'x', size: 1024, unit: 'µm', scale: 0.1083 }
        ],
        pixelType: 'uint16',
        declared: frames,
        present: frames - missing.size,
        channels: [{ name: 'GFP' }],
        readable: true
      }
    ]
  })

  const handlers: Handlers = {
    'app.info': () => ({
      version: '0.1.0',
      electron: '22.3.25',
      chrome: '108',
      node: '16.17.1',
      platform: 'linux'
    }),
    'settings.get': () => fake.settings,
    'settings.set': (patch) => {
      fake.settings = { ...fake.settings, ...(patch as Partial<Settings>) }
      tell('settings.changed', fake.settings)
      return fake.settings
    },
    'description.get': () => fake.description,
    'description.change': (change) => (fake.description = DESCRIPTION.onto(fake.description, change)),
    'description.undo': () => fake.description,
    'description.redo': () => fake.description,
    'description.find': () => null,
    'settings.chooseFolder': () =>
      (fake.settings = { ...fake.settings, folder: '/data/recordings/2026-11-25' }),
    'devices.list': () => devices,
    'devices.ports': () => [{ path: '/dev/ttyUSB0', label: 'FTDI FT232R' }],
    'devices.kinds': () => [
      { id: 'benchframe-bench', label: 'Benchframe bench instrument', proof: 'protocol twin' },
      { id: 'grbl', label: 'GRBL 1.1 stage', proof: 'protocol twin' }
    ],
    'devices.choose': () => null,
    'devices.connect': ({ port }) => {
      throw new Failed('device.absent', `There is no port ${port}.`, {
        next: 'Check the cable and look again.'
      })
    },
    'devices.disconnect': () => null,
    'devices.set': ({ device, property, value }) => {
      const at = devices.findIndex(({ id }) => id === device)
      const old = devices[at]
      if (old === undefined) throw new Failed('device.absent', `There is no device ${device}.`)
      const changed = {
        ...old,
        properties: old.properties.map((each) => (each.key === property ? { ...each, value } : each))
      }
      devices[at] = changed
      return changed
    },
    'devices.apply': () => null,
    'devices.try': () => ({ answer: ['OK'], values: {}, ms: 0.3 }),
    'devices.traffic': () => ['> T?', '< T 37.02', '> P?', '< P 100.5 200.3 50.0', '< !TRG 17'],
    'programs.status': () => programs,
    'programs.open': ({ port }) => tellPrograms({ port, token: 'made-up-token', programs: ['analysis'] }),
    'programs.close': () => tellPrograms({ port: null, token: null, programs: [] }),
    'camera.status': () => camera,
    'camera.configure': ({ exposureMs, pixelType, ...wanted }) => {
      const area = { ...camera.area, ...wanted }
      camera = {
        ...camera,
        area,
        exposureMs: exposureMs ?? camera.exposureMs,
        format: { width: area.width, height: area.height, pixelType: pixelType ?? camera.format.pixelType }
      }
      tell('camera.status', camera)
      return camera
    },
    'live.set': ({ on }) => {
      camera = { ...camera, live: on, fps: on ? 31.2 : 0 }
      tell('camera.status', camera)
      return camera
    },
    'camera.snap': () => {
      live++
      if (status.phase === 'running') frame()
      return null
    },
    'preview.next': async ({ after, side }) => {
      await wait(33)
      if (camera.live) live++
      if (live <= after) return wait(300).then(() => null)
      const recorded = status.phase === 'running' ? rows.length - 1 : null
      return { ...beads(live, camera.format, side), recorded, part: null }
    },
    'run.preflight': ({ prefix, folder }) => ({
      sentence: 'Records to OME-TIFF and OME-Zarr until stopped; about 75.5 GB/h, disk full in 2 h.',
      lines: [
        { id: 'name', level: 'ok', text: `Saves to ${folder}/${prefix}_…` },
        { id: 'disk', level: 'ok', text: '182.0 GB free' },
        { id: 'camera', level: 'ok', text: 'Simulated camera, 1024 × 1024 uint16' },
        fake.description.values.sample === undefined
          ? {
              id: 'sample',
              level: 'warning',
              text: 'No sample is named',
              fix: 'Name it in the form; it can also be added later.'
            }
          : { id: 'sample', level: 'ok', text: 'Yeast' }
      ]
    }),
    'run.start': ({ folder, prefix, trigger }) => {
      run++
      rows = []
      startedAt = performance.now()
      if (trigger.kind === 'interval') timer = setInterval(frame, trigger.everyMs)
      ended = () => void finish('completed')
      const paths = ['ome.tiff', 'ome.zarr'].map((ending) => `${folder}/${prefix}_00${run}.${ending}`)
      return setStatus({ ...emptyStatus(), phase: 'running', paths })
    },
    'run.findSetup': () => null,
    'run.status': () => status,
    'run.pause': () => {
      clearInterval(timer)
      return setStatus({ phase: 'paused' })
    },
    'run.resume': () => setStatus({ phase: 'running' }),
    'run.focus': ({ position, offsetUm }) => ({ position, offsetUm: offsetUm ?? 0 }),
    'run.stop': () => finish('stopped'),
    'run.edit': () => null,
    'run.timeline': () => ({ from: 0, to: 10, frames: [1, 2, 3], events: [] }),
    'run.mark': () => ({ frame: rows.length - 1 }),
    'run.note': async ({ text }) => {
      await wait(20)
      const at = rows.length - 1
      const row = rows[at]
      if (row === undefined) return { frame: null }
      rows[at] = { ...row, cells: row.cells.map((cell, i) => (KEYS[i] === 'note' ? text : cell)) }
      return { frame: at }
    },
    'run.rules': () => ({ states: [], fires: [] }),
    'rules.rehearse': () => ({
      from: 0,
      to: 10,
      samples: 3,
      unknown: 0,
      trace: [
        [0, 36],
        [5, 38.4],
        [10, 37]
      ],
      fires: [{ time: 5, value: 38.4, outcome: 'fire', frame: 1 }],
      fired: 1,
      note: null
    }),
    'run.rows': ({ from, count }) => ({
      keys: KEYS,
      units: UNITS,
      free: ['note'],
      total: rows.length,
      from,
      rows: rows.slice(from, from + count)
    }),
    'dataset.choose': ({ kind }) => (kind === 'file' ? '/data/run_003.ome.tiff' : '/data/run_003.ome.zarr'),
    'dataset.open': ({ path }) => info(path),
    'dataset.openStop': () => null,
    'dataset.address': ({ address }) => address,
    'dataset.recover': ({ path }) => {
      state = 'complete'
      return { paths: [path], frames, lost: 2, action: 'recovered' }
    },
    'dataset.close': () => null,
    'dataset.recents': () => [
      { path: '/data/run_003.ome.zarr', name: 'run_003.ome.zarr', openedAt: '2026-11-25T01:20:00Z' },
      {
        path: '/data/yesterday/beads_012.ome.tiff',
        name: 'beads_012.ome.tiff',
        openedAt: '2026-11-24T16:02:00Z'
      }
    ],
    'dataset.picture': async ({ index, side }) => {
      await wait(8)
      const at = index[0] ?? 0
      if (missing.has(at)) throw new Failed('frame.lost', `Frame ${at} was never acquired.`)
      return { ...beads(at, { width: 1024, height: 1024, pixelType: 'uint16' }, side), frame: at }
    },
    'dataset.detail': async ({ index, area, scale }) => {
      await wait(8)
      const whole = { width: area.width, height: area.height, pixelType: 'uint16' } as const
      return { ...beads(index[0] ?? 0, whole, Math.ceil(area.width * scale)), area }
    },
    ...fakeReview(frames, missing),
    'dataset.rows': async ({ from, count }) => {
      await wait(0) // a call across processes is always a task of its own
      return {
        keys: KEYS,
        units: UNITS,
        free: ['note'],
        total: saved.length,
        from,
        rows: saved.slice(from, from + count)
      }
    },
    'dataset.events': () => [],
    'dataset.metadata': () => metadata(),
    'dataset.copy': () => null,
    'dataset.copyStop': () => null,
    'dataset.edit': () => [],
    'dataset.editable': () => ({ refused: null, fields: [], history: [] }),
    'dataset.check': () => ({
      findings: [],
      frames: 0,
      readable: null,
      fiji: { opens: 'yes', text: '' },
      repairs: [],
      undoable: false
    }),
    'dataset.repair': ({ path }) => ({ path, repaired: [] }),
    'dataset.unrepair': () => false,
    'dataset.reveal': () => null
  }
  return fake
}
