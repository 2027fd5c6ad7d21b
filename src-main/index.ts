/** Where the app is put together: built in order, stopped in reverse, and a recording is finished before anything else goes. */
import { app, Notification, type BrowserWindow } from 'electron'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Acquisition } from './acquisition/service'
import { toFailure, type Failed } from '../src-preload/contract/failure'
import type { Events, EventName, MenuAction } from '../src-preload/contract/events'
import type { RunStatus } from '../src-preload/contract/run'
import { isRemote } from './datasets/zarr/http-store'
import { createDeviceSet, type DeviceSet } from './devices/device-set'
import { bringsCamera, readPortEntry } from './devices/instruments'
import { readOwnProfiles } from './devices/profiles/own-profiles'
import {
  chooseDataset,
  chooseDriver,
  chooseFolder,
  chooseTarget,
  mayFinishRun,
  openFolder,
  showInFolder,
  showStartFailure
} from './dialogs'
import { DescriptionFile, objectivePixelUm } from './description-file'
import { createAwake } from './awake'
import { createFramePool } from './formats/frame-pool'
import { GrantedPaths } from './granted-paths'
import { createHandlers } from './handlers'
import { answerCommands, hearDrops, sendEvent } from './ipc'
import { openLog, type Log } from './log'
import { setMenu } from './menu'
import { createPrograms } from './programs-access'
import type { ProgramServer } from './programs/program-server'
import { ReadingHistory } from './reading-history'
import { ReviewDesk } from './review-desk'
import { createRunWorld } from './run-world'
import { SettingsFile } from './settings-file'
import { sleepProblem } from './sleep-problem'
import { createStallAlarm } from './stall-alarm'
import { createUvcHost, isCameraWindow } from './uvc-window'
import { createWindow, refusePermissions, registerScheme, servePage } from './window'

const underTest = process.env.BENCHFRAME_TEST !== undefined

// Electron's own dialog for an uncaught error would hang a test for ever; a bug must end it loudly.
let log: Log = (text, detail) => process.stderr.write(`${text} ${String(detail)}\n`)
let tellBug: (error: unknown) => void = () => undefined
function onBug(error: unknown): void {
  log('uncaught', error)
  if (underTest || !app.isReady()) app.exit(1)
  else tellBug(error)
}
process.on('uncaughtException', onBug)
process.on('unhandledRejection', onBug)

registerScheme()
if (app.requestSingleInstanceLock()) {
  app.whenReady().then(start).catch(startFailed)
} else {
  // The first instance shows itself; see 'second-instance'.
  process.stdout.write('Benchframe is already running; its window comes to the front.\n')
  app.quit()
}

type Send = <N extends EventName>(name: N, value: Events[N]) => void

/** Without a window there is nobody to tell a bug, and a program without one must not stay. */
function startFailed(error: unknown): void {
  log('start', error)
  if (!underTest) showStartFailure(toFailure(error).message)
  app.exit(1)
}

async function start(): Promise<void> {
  const userData = app.getPath('userData')
  log = openLog(join(userData, 'logs', 'benchframe.log'))
  log(`Benchframe ${app.getVersion()} on Electron ${process.versions.electron ?? '?'}`)
  const settings = new SettingsFile(join(userData, 'settings.json'))
  const description = new DescriptionFile(join(userData, 'description.json'), join(userData, 'settings.json'))
  const own = readOwnProfiles(join(userData, 'profiles'))
  const preload = (name: string): string => join(__dirname, '..', 'preload', name)
  const devices = createDeviceSet({
    camera: settings.get().camera,
    profiles: own.profiles,
    uvc: createUvcHost(preload('uvc.cjs'))
  })
  const granted = new GrantedPaths()
  granted.grant(...settings.get().recents.map(({ path }) => path))

  servePage(join(__dirname, '..', 'renderer'))
  refusePermissions(isCameraWindow)
  const window = createWindow({
    preload: preload('index.cjs'),
    stateFile: join(userData, 'window.json')
  })
  const send: Send = (name, value) => sendEvent(window.webContents, name, value)
  const review = new ReviewDesk({
    grown: (grown) => send('dataset.grown', grown),
    lost: (error) => send('notice', { level: 'warning', said: toFailure(error) })
  })
  tellBug = (error) => send('notice', { level: 'error', said: toFailure(error) })

  const notify = (text: string): void => {
    if (Notification.isSupported()) new Notification({ title: 'Benchframe', body: text }).show()
    send('notice', { level: 'info', said: { message: text } })
  }
  const world = createRunWorld(devices, notify, () => objectivePixelUm(description.get()), {
    warn: (sentence) => log('writers', sentence)
  })
  const history = new ReadingHistory()
  world.onReadings((readings) => history.add(readings))
  const runOver = overOnce()
  const awake = createAwake()
  const mayStayAwake = sleepProblem()
  const alarm = createStallAlarm(notify)
  const acquisition = new Acquisition(devices.camera, (format) => createFramePool(format), world, {
    onRun: (status) => {
      if (runOver(status)) send('description.changed', description.carryOver())
      send('run.status', status)
      programs.run(status)
      awake(status)
      alarm(status)
    },
    onCamera: (status) => send('camera.status', status),
    onLiveProblem: (failure) => failure !== null && send('notice', { level: 'warning', said: failure })
  })
  const programs = createPrograms(
    acquisition,
    devices,
    app.getVersion(),
    join(userData, 'programs.json'),
    (status) => send('programs.changed', status)
  )
  devices.onChange(() => send('devices.changed', devices.list()))
  answerCommands(
    createHandlers({
      info: {
        version: app.getVersion(),
        electron: process.versions.electron ?? '',
        chrome: process.versions.chrome ?? '',
        node: process.versions.node,
        platform: `${process.platform} ${process.arch}`
      },
      settings,
      description,
      devices,
      acquisition,
      review,
      granted,
      programs,
      history,
      chooseFolder: (from) => chooseFolder(window, from),
      chooseDataset: (kind, from) => chooseDataset(window, kind, from),
      chooseDriver: (what) => chooseDriver(window, what),
      chooseTarget: (name, from) => chooseTarget(window, name, from),
      copyProgress: (progress) => send('copy.progress', progress),
      measureProgress: (progress) => send('measure.progress', progress),
      showInFolder,
      sleepProblem: () => mayStayAwake,
      settingsChanged: (changed, before) => {
        send('settings.changed', changed)
        if (JSON.stringify(changed.recents) !== JSON.stringify(before.recents)) setMenu(changed.recents, menu)
      },
      descriptionChanged: (changed) => send('description.changed', changed)
    }),
    log
  )
  const menu = {
    tell: (action: MenuAction, path?: string): void =>
      send('menu', path === undefined ? { action } : { action, path }),
    showRecordings: () => openFolder(settings.get().folder)
  }
  setMenu(settings.get().recents, menu)
  if (settings.get().live) acquisition.setLive(true)
  reconnect(devices, settings, acquisition, send)
  openPrograms(programs, settings, send)
  tellProblems(window, [settings.problem, description.problem, ...own.problems], send)
  openFromSystem(window, granted, send)
  finishBeforeClosing(window, acquisition, devices, review, programs)
}

/** True once for each run that left frames: its values are carried over to the next. */
function overOnce(): (status: RunStatus) => boolean {
  let told = true
  return ({ phase, receipt }) => {
    const over = phase === 'finished' || phase === 'failed'
    if (!over) told = phase === 'idle'
    if (!over || told) return false
    told = true
    return (receipt?.written ?? 0) > 0
  }
}

/** Instruments that were connected last time are tried again; one that is away is told and can be connected by hand. */
function reconnect(devices: DeviceSet, settings: SettingsFile, acquisition: Acquisition, send: Send): void {
  for (const entry of settings.get().serialPorts) {
    const known = readPortEntry(entry)
    const { kind } = known
    devices
      .expect(known)
      .then(() => (bringsCamera(kind) ? acquisition.use(devices.camera) : undefined))
      .catch((error: unknown) => send('notice', { level: 'warning', said: toFailure(error) }))
  }
}

/** The socket for other programs, where the user left it open. */
function openPrograms(programs: ProgramServer, settings: SettingsFile, send: Send): void {
  const { on, port } = settings.get().programs
  if (!on) return
  programs.open(port).catch((error: unknown) => send('notice', { level: 'warning', said: toFailure(error) }))
}

/** What could not be read at the start. */
function tellProblems(window: BrowserWindow, problems: readonly (Failed | null)[], send: Send): void {
  window.webContents.once('did-finish-load', () => {
    for (const problem of problems) {
      if (problem !== null) send('notice', { level: 'warning', said: toFailure(problem) })
    }
  })
}

/** A path on the command line, from a double click, from a second start or dropped on the window opens in review. */
function openFromSystem(window: BrowserWindow, granted: GrantedPaths, send: Send): void {
  const show = (path: string): void => {
    granted.grant(path)
    send('menu', { action: 'open-path', path })
  }
  const given = pathFrom(process.argv)
  if (given !== null) window.webContents.once('did-finish-load', () => show(given))
  app.on('second-instance', (_, argv, folder) => {
    if (window.isMinimized()) window.restore()
    window.focus()
    const path = pathFrom(argv, folder)
    if (path !== null) show(path)
  })
  hearDrops(show)
  app.on('open-file', (event, path) => {
    event.preventDefault()
    show(path)
  })
}

/** The last argument that names something on disk or an address, and is neither a switch nor the app itself. */
function pathFrom(argv: readonly string[], folder = process.cwd()): string | null {
  const given = argv
    .slice(1)
    .filter((word) => !word.startsWith('-'))
    .map((word) => (isRemote(word) ? word : resolve(folder, word)))
    .filter((path) => isRemote(path) || (path !== app.getAppPath() && existsSync(path)))
  return given[given.length - 1] ?? null
}

function finishBeforeClosing(
  window: BrowserWindow,
  acquisition: Acquisition,
  devices: DeviceSet,
  review: ReviewDesk,
  programs: ProgramServer
): void {
  let state: 'open' | 'asking' | 'closing' | 'closed' = 'open'
  const finish = async (): Promise<void> => {
    state = 'closing'
    try {
      await programs.close()
      await acquisition.close()
      await review.closeAll()
      await devices.close()
    } catch (error) {
      log('closing', error)
    }
    state = 'closed'
    window.destroy()
    app.quit()
  }
  window.on('close', (event) => {
    if (state === 'closed') return
    event.preventDefault()
    if (state !== 'open') return
    if (!acquisition.recording) {
      void finish()
      return
    }
    state = 'asking'
    void mayFinishRun(window).then((may) => {
      if (may) return finish()
      state = 'open'
      return undefined
    })
  })
  // A page that crashes must not leave a light on; the recording goes on and is finished by the next close.
  window.webContents.on('render-process-gone', (_, { reason }) => {
    log(`the page ended: ${reason}`)
    void devices.makeSafe().catch((error: unknown) => log('making safe', error))
    if (state === 'open' && !underTest) window.reload()
  })
  app.on('before-quit', (event) => {
    if (state === 'closed') return
    event.preventDefault()
    window.close()
  })
}
