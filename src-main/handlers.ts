/** What each command does: one line each, the work is elsewhere. */
import type { RunPlan } from './acquisition/run-plan'
import type { Acquisition } from './acquisition/service'
import type { AppInfo } from '../src-preload/contract/commands'
import type { CopyProgress } from '../src-preload/contract/copy'
import type { DatasetInfo, RecentDataset } from '../src-preload/contract/dataset'
import type { Description } from '../src-preload/contract/description'
import { Failed } from '../src-preload/contract/failure'
import type { MeasureProgress } from '../src-preload/contract/measure'
import { withFocusOffset } from '../src-preload/contract/multi-d'
import type { CameraStatus, RunRequest, RunStatus } from '../src-preload/contract/run'
import type { Settings } from '../src-preload/contract/settings'
import { storedForm } from '../src-preload/contract/stored-form'
import type { DescriptionFile } from './description-file'
import type { DeviceSet } from './devices/device-set'
import { bringsCamera, portEntry, readPortEntry } from './devices/instruments'
import { freeBytes } from './disk-space'
import { findDescription } from './find-description'
import { datasetAddress } from './datasets/zarr/address'
import type { GrantedPaths } from './granted-paths'
import type { Handlers } from './ipc'
import { preflight } from './preflight'
import { checkReach } from './preflight-multi-d'
import type { ProgramServer } from './programs/program-server'
import type { ReadingHistory } from './reading-history'
import { rehearseLive, rehearseRecording } from './rehearse'
import type { ReviewDesk } from './review-desk'
import { findSetup, keptCamera, setupGlobals } from './run-setup'
import { nextRoot } from './run-target'
import type { SettingsFile } from './settings-file'
import { unsettled } from './unsettled'

export interface Services {
  readonly info: AppInfo
  readonly settings: SettingsFile
  readonly description: DescriptionFile
  readonly devices: DeviceSet
  readonly acquisition: Acquisition
  readonly review: ReviewDesk
  readonly granted: GrantedPaths
  readonly programs: ProgramServer
  readonly history: ReadingHistory
  readonly chooseFolder: (start: string) => Promise<string | null>
  readonly chooseDataset: (kind: 'file' | 'folder', start: string) => Promise<string | null>
  readonly chooseDriver: (what: 'configuration' | 'folder') => Promise<string | null>
  /** Where something new goes; the name is a suggestion. */
  readonly chooseTarget: (name: string, start: string) => Promise<string | null>
  readonly copyProgress: (progress: CopyProgress & { readonly id: string }) => void
  readonly measureProgress: (progress: MeasureProgress & { readonly id: string }) => void
  readonly showInFolder: (path: string) => void
  /** Why the computer can't be kept awake; null: it can. */
  readonly sleepProblem: () => Promise<string | null>
  readonly settingsChanged: (settings: Settings, before: Settings) => void
  readonly descriptionChanged: (description: Description) => void
}

const MOST_RECENTS = 20
const SIMULATED = 'sim-camera'

const WHOLE_PLAN = { frames: null, seconds: null, fullPool: 'hold' } as const
const NO_RULES = { rules: [], ring: { frames: 0, everyMs: 100 } } as const

export function createHandlers(services: Services): Handlers {
  const { acquisition, description, devices, settings, review, granted, programs } = services
  const change = (patch: Partial<Settings>): Settings => {
    const before = settings.get()
    const changed = settings.change(patch)
    services.settingsChanged(changed, before)
    return changed
  }
  const open = async (path: string): Promise<DatasetInfo> => {
    const info = await review.open(path)
    granted.grant(info.path)
    change({ recents: withRecent(settings.get().recents, info) })
    return info
  }
  /** The dataset that a command is about: a path that the user chose before, or one asked for now; null: cancelled. */
  const named = async (wanted: { path: string } | { kind: 'file' | 'folder' }): Promise<string | null> =>
    'path' in wanted ? granted.check(wanted.path) : services.chooseDataset(wanted.kind, settings.get().folder)
  /** A run under way is described with what is typed now. */
  const described = (changed: Description): Description => {
    acquisition.describe(storedForm(changed))
    services.descriptionChanged(changed)
    return changed
  }
  return {
    'app.info': () => services.info,

    'settings.get': () => settings.get(),
    'settings.set': (patch) => change(patch),
    'settings.chooseFolder': async () => {
      const folder = await services.chooseFolder(settings.get().folder)
      return folder === null ? null : change({ folder })
    },

    'description.get': () => description.get(),
    'description.change': (change) => described(description.change(change)),
    'description.undo': () => described(description.undo()),
    'description.redo': () => described(description.redo()),
    'description.find': async (wanted) => {
      const path = await named(wanted)
      return path === null ? null : findDescription(path)
    },

    'devices.list': () => devices.list(),
    'devices.ports': () => devices.ports(),
    'devices.kinds': () => devices.kinds,
    'devices.choose': ({ what }) => services.chooseDriver(what),
    'devices.connect': async (asked) => {
      const { port } = asked
      const known = settings.get().serialPorts.map(readPortEntry)
      const { kind, folder } =
        asked.kind === undefined ? (known.find((one) => one.port === port) ?? asked) : asked
      if (bringsCamera(kind)) refuseWhileRecording(acquisition)
      const status = await devices.connect(port, kind, folder)
      if (bringsCamera(kind)) await acquisition.use(devices.camera)
      const entry = portEntry(port, kind, folder)
      const others = settings.get().serialPorts.filter((known) => readPortEntry(known).port !== port)
      change({ serialPorts: [entry, ...others].slice(0, 20) })
      return status
    },
    'devices.disconnect': async ({ device }) => {
      if (device === devices.cameraOf) refuseWhileRecording(acquisition)
      const port = devices.list().find(({ id }) => id === device)?.port
      await devices.disconnect(device)
      if (!acquisition.recording) await acquisition.use(devices.camera)
      change({
        serialPorts: settings.get().serialPorts.filter((known) => readPortEntry(known).port !== port)
      })
      return null
    },
    'devices.set': ({ device, property, value }) =>
      acquisition.inTurn(device, property, () => devices.set(device, property, value)),
    'devices.apply': async ({ name, settings }) => {
      const late = await acquisition.apply(settings)
      if (late.length > 0) throw unsettled(name, late, devices.list())
      return null
    },
    'devices.traffic': ({ device }) => devices.traffic(device),
    'devices.try': ({ device, line }) => {
      refuseWhileRecording(acquisition, 'No line is tried while a run is under way: it uses the devices.')
      return devices.tryOut(device, line)
    },

    'programs.status': () => programs.status(),
    'programs.open': async ({ port }) => {
      const status = await programs.open(port)
      change({ programs: { on: true, port } })
      return status
    },
    'programs.close': async () => {
      const status = await programs.close()
      change({ programs: { ...settings.get().programs, on: false } })
      return status
    },

    'camera.status': () => acquisition.cameraStatus(),
    'camera.configure': async (wanted) => {
      const status = await acquisition.configure(wanted)
      // The settings kept are the simulated camera's; a real one keeps its own.
      if (status.device === SIMULATED) change({ camera: keptCamera(status) })
      return status
    },
    'live.set': ({ on }) => {
      change({ live: on })
      return acquisition.setLive(on)
    },
    'camera.snap': async () => {
      await acquisition.snap()
      return null
    },
    'preview.next': ({ after, side, overlay }) => acquisition.picture(after, side, overlay),

    'run.preflight': async (request) =>
      preflight({
        request: allowedFolder(services, request),
        description: description.get(),
        camera: acquisition.cameraStatus(),
        devices: devices.list(),
        freeBytes: await freeBytes(request.folder),
        sleepProblem: await services.sleepProblem()
      }),
    'run.start': (request) => startRun(services, allowedFolder(services, request)),
    'run.findSetup': async (wanted) => {
      const path = await named(wanted)
      return path === null ? null : findSetup(path)
    },
    'run.status': () => acquisition.status(),
    'run.pause': () => acquisition.pause(),
    'run.resume': () => acquisition.resume(),
    'run.focus': (wanted) => {
      const focus = acquisition.focus(wanted, (plan) => checkReach(plan, devices.list()))
      // The next run begins with focus where this one had it.
      if (focus.position !== null)
        change({ multiD: withFocusOffset(settings.get().multiD, focus.position, focus.offsetUm) })
      return focus
    },
    'run.stop': async () => {
      await acquisition.stop()
      return acquisition.status()
    },
    'run.note': ({ text }) => acquisition.note(text),
    'run.timeline': ({ seconds }) => acquisition.timeLine(seconds),
    'run.mark': ({ tag, who }) => acquisition.mark(tag, who),
    'run.edit': async ({ cells, who }) => {
      await acquisition.edit(cells, who)
      return null
    },
    'run.rules': () => acquisition.rules(),
    'rules.rehearse': ({ rule, path }) =>
      path === null ? rehearseLive(rule, services.history) : rehearseRecording(rule, granted.check(path)),
    'run.rows': ({ from, count }) => acquisition.rows(from, count),

    'dataset.choose': async (wanted) => {
      const path = await named(wanted)
      if (path !== null) granted.grant(path)
      return path
    },
    'dataset.address': ({ address }) => {
      const url = datasetAddress(address)
      granted.grant(url)
      return url
    },
    'dataset.open': ({ path }) => open(granted.check(path)),
    'dataset.openStop': ({ path }) => {
      review.openStop(granted.check(path))
      return null
    },
    'dataset.recover': ({ path }) => review.recover(granted.check(path)),
    'dataset.close': async ({ id }) => {
      await review.close(id)
      return null
    },
    'dataset.recents': () => settings.get().recents,
    'dataset.labels': ({ id, image }) => review.labels(id, image),
    'dataset.labelPart': ({ id, image, label, index, area, scale }) =>
      review.labelPart(id, image, label, index, area, scale),
    'dataset.detail': ({ id, image, index, area, scale }) => review.detail(id, image, index, area, scale),
    'dataset.picture': ({ id, image, index, side }) => review.picture(id, image, index, side),
    'dataset.measure': ({ id, image, index, shape }) => review.measure(id, image, index, shape),
    'dataset.difference': ({ left, right, side }) => review.difference(left, right, side),
    'dataset.measureFrames': ({ id, image, shape }) =>
      review.measureFrames(id, image, shape, services.measureProgress),
    'dataset.measureStop': ({ id }) => {
      review.measureStop(id)
      return null
    },
    'dataset.rows': ({ id, from, count }) => review.rows(id, from, count),
    'dataset.events': ({ id }) => review.events(id),
    'dataset.metadata': ({ id }) => review.metadata(id),
    'dataset.copy': async ({ id, request }) => {
      const path = await services.chooseTarget(review.copyName(id, request.format), settings.get().folder)
      if (path === null) return null
      const report = await review.copy(id, path, request, services.copyProgress)
      granted.grant(report.path)
      return report
    },
    'dataset.copyStop': ({ id }) => {
      review.copyStop(id)
      return null
    },
    'dataset.edit': ({ paths, edits, who }) =>
      review.edit(
        paths.map((path) => granted.check(path)),
        edits,
        who
      ),
    'dataset.editable': ({ id }) => review.editable(id),
    'dataset.check': ({ id, pixels }) => review.check(id, pixels),
    'dataset.repair': ({ path, kinds }) => review.repair(granted.check(path), kinds),
    'dataset.unrepair': ({ path }) => review.unrepair(granted.check(path)),
    'dataset.reveal': ({ path }) => {
      services.showInFolder(granted.check(path))
      return null
    }
  }
}

/** The camera of a run stays until its end. */
function refuseWhileRecording(
  acquisition: Acquisition,
  why = 'The camera stays the same while a run is under way.'
): void {
  if (!acquisition.recording) return
  throw new Failed('state.wrong', why, {
    next: 'Stop the run first.'
  })
}

/** The page may only record to the folder that the user chose. */
function allowedFolder({ settings }: Services, request: RunRequest): RunRequest {
  if (request.folder !== settings.get().folder) {
    throw new Failed('argument.invalid', `${request.folder} is not the folder for recordings.`, {
      next: 'Choose the folder with the button beside it.'
    })
  }
  return request
}

/** Another program may take the name between the look and the exclusive create; then the next number is tried. */
async function startRun(services: Services, request: RunRequest): Promise<RunStatus> {
  for (let attempt = 0; ; attempt++) {
    try {
      await services.acquisition.settled()
      const status = await services.acquisition.start(
        planOf(
          request,
          services.settings.get(),
          services.description.get(),
          services.acquisition.cameraStatus()
        )
      )
      services.granted.grant(...status.paths)
      services.descriptionChanged(services.description.remember())
      return status
    } catch (error) {
      if (!(error instanceof Failed) || error.code !== 'target.exists' || attempt >= 20) throw error
    }
  }
}

function planOf(
  request: RunRequest,
  settings: Settings,
  description: Description,
  camera: CameraStatus
): RunPlan {
  const { format, trigger } = request
  // The planes of a Multi-D run are planned: rules would ask for frames between them, and a frame that is dropped would leave a hole.
  const planned = trigger.kind === 'multi-d'
  const { frames, seconds, fullPool } = planned ? WHOLE_PLAN : request
  const { rules, ring } = planned ? NO_RULES : settings
  const root = nextRoot(request.folder, request.prefix)
  return {
    root,
    format,
    trigger,
    frames,
    seconds,
    fullPool,
    form: storedForm(description),
    rules,
    ring: ring.frames === 0 ? null : ring,
    devicePresets: settings.devicePresets,
    frameMetadata: {},
    globals: setupGlobals({ ...request, frames, seconds, fullPool }, rules, ring, camera)
  }
}

function withRecent(recents: readonly RecentDataset[], { path, name }: DatasetInfo): RecentDataset[] {
  const others = recents.filter((recent) => recent.path !== path)
  return [{ path, name, openedAt: new Date().toISOString() }, ...others].slice(0, MOST_RECENTS)
}
