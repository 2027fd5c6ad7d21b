/** Joins acquisition to the real devices, writers and readers; the window and the command line both run on this. */
import { systemClocks } from './acquisition/clock'
import type { OpenStreamRequest, RunWorld } from './acquisition/run-plan'
import { Failed } from '../src-preload/contract/failure'
import type { DeviceKind } from '../src-preload/contract/device'
import { countAlong, frameCount, type MultiD } from '../src-preload/contract/multi-d'
import type { FileReceipt } from '../src-preload/contract/run'
import type { Dataset } from './datasets/dataset'
import { eachRow } from './datasets/each-row'
import { datasetBytes, openDataset } from './datasets/open-dataset'
import type { Readable, Reading, Stage, StagePosition, Undo } from './devices/device'
import type { DeviceSet } from './devices/device-set'
import { settled } from './devices/settle'
import { freeBytes } from './disk-space'
import type { AcquisitionSettings } from './formats/settings'
import { plannedAxes, plannedPlate } from './planned-axes'
import type { FrameStream } from './formats/sink'
import { createStream } from './formats/stream'

interface Writing {
  /** How pixels are stored where it is not the usual way. */
  readonly storage?: Pick<AcquisitionSettings, 'compression' | 'pyramidLevels' | 'tileSize'>
  /** One sentence for the log. */
  readonly warn?: (sentence: string) => void
}

export function createRunWorld(
  devices: DeviceSet,
  notify: (text: string) => void,
  pixelSizeUm: () => number | null = () => null,
  writing: Writing = {}
): RunWorld {
  const readings = (): Reading[] => inRecordOrder(devices.readables()).flatMap((device) => device.readings())
  return {
    clocks: systemClocks,
    openStream: (request) => openStream(request, writing),
    verify: (paths) => Promise.all(paths.map(countAgain)),
    pixelSizeUm,
    readings,
    onDeviceNews: (listener) => devices.onNews(listener),
    onReadings: (listener) => watchReadings(devices, () => listener(readings())),
    place: () => stageOf(devices)?.place() ?? null,
    moveTo: async (place, signal) => {
      const stage = stageOf(devices)
      if (stage === null)
        throw new Failed('device.absent', 'No stage is connected.', { next: 'Connect one under Devices.' })
      await stage.device.moveTo(place, signal)
    },
    set: async (device, property, value) => {
      await devices.set(device, property, value)
      const found = devices.find(device)
      // A rule may take frames while a stage is on its way; who needs it still waits with `settled`.
      return found.kind === 'stage' || settled(found, property, value)
    },
    settled: (device, property, value) => settled(devices.find(device), property, value),
    notify,
    triggerLine: (device) => devices.trigger(device),
    freeBytes
  }
}

/** Hears of each device at once, and notices when others take over. */
function watchReadings(devices: DeviceSet, tell: () => void): Undo {
  let watched: readonly Readable[] = []
  let undo: Undo[] = []
  const watch = (): void => {
    const now = devices.readables()
    if (now.length === watched.length && now.every((device, i) => device === watched[i])) return
    for (const one of undo) one()
    watched = now
    undo = now.map((device) => device.onChange(tell))
    tell()
  }
  watch()
  const stop = devices.onChange(watch)
  return () => {
    stop()
    for (const one of undo) one()
  }
}

/** Where first, then what it was like there, then what light fell on it; the order of keys in every record. */
const KIND_ORDER: readonly DeviceKind[] = ['stage', 'sensor', 'light']

function inRecordOrder(devices: readonly Readable[]): readonly Readable[] {
  const place = ({ kind }: Readable): number => {
    const at = KIND_ORDER.indexOf(kind)
    return at < 0 ? KIND_ORDER.length : at
  }
  return [...devices].sort((a, b) => place(a) - place(b))
}

/** The stage whose place enters the records: the one that is connected, else the simulated one. */
export function stageOf(devices: DeviceSet): { device: Stage; place: () => StagePosition } | null {
  const device = devices.readables().find((one): one is Stage => one.kind === 'stage' && 'moveTo' in one)
  if (device === undefined) return null
  const along = (axis: 'x' | 'y' | 'z'): number => {
    const found = device.readings().find(({ key }) => key.key === `position_${axis}`)?.value
    return typeof found === 'number' ? found : 0
  }
  return { device, place: () => ({ x: along('x'), y: along('y'), z: along('z') }) }
}

/** Each file of an OME-TIFF has the metadata of all, unless that would be more than the pixels of many a plate: some kB a plane, in every file. */
const MOST_COPIED_PLANES = 100_000
const copiesTooMuch = (plan: MultiD): boolean => frameCount(plan) * countAlong(plan, 'p') > MOST_COPIED_PLANES

/** An event-driven run is t (unbounded), y, x: any frame, in order of arrival. A Multi-D run has the axes of its plan. */
function openStream(request: OpenStreamRequest, { storage, ...more }: Writing): Promise<FrameStream> {
  const { width, height, pixelType } = request.pool.format
  const pixel = request.pixelSizeUm === null ? {} : { unit: 'micrometer', scale: request.pixelSizeUm }
  const { multiD } = request
  const plate = multiD === null ? null : plannedPlate(multiD)
  const settings: AcquisitionSettings = {
    rootPath: request.root,
    dimensions: [
      ...(multiD === null ? [{ name: 't', type: 'time', count: null } as const] : plannedAxes(multiD)),
      { name: 'y', type: 'space', count: height, ...pixel },
      { name: 'x', type: 'space', count: width, ...pixel }
    ],
    dtype: pixelType,
    format: request.format,
    significantBits: request.significantBits,
    ...(plate === null ? {} : { plate }),
    ...(multiD !== null && copiesTooMuch(multiD) ? { tiffMetadata: 'companion' as const } : {}),
    ...storage
  }
  return createStream(settings, { pool: request.pool, ...more })
}

/** Opens a finished dataset again and counts frames whose pixels can be read, and records. */
async function countAgain(path: string): Promise<FileReceipt> {
  // Every plane is looked for, however many there are: a receipt must not guess.
  const dataset = await openDataset(path, { countMs: Infinity })
  try {
    const { readable, records } = await countFrames(dataset)
    return { path, readable, records, bytes: await datasetBytes(path) }
  } finally {
    await dataset.close()
  }
}

async function countFrames(dataset: Dataset): Promise<{ readable: number; records: number }> {
  // A plan that was cut short has planes that pad its last step: they belong to no frame and must not count as one.
  const padded = dataset.images.map(({ declared }, image) => declared > (dataset.imageFrames[image] ?? 0))
  let records = 0
  let readable = 0
  for await (const { image, storageIndex, record } of eachRow(dataset)) {
    if (Object.keys(record).length > 0) records += 1
    if (padded[image] === true && (await dataset.isThere(image, storageIndex))) readable += 1
  }
  dataset.images.forEach((image, number) => {
    if (!image.readable)
      throw new Failed('dataset.unreadable', image.reason ?? `${image.name} can't be read.`)
    if (image.present === null) throw new Failed('internal', `The planes of ${image.name} were not counted.`)
    if (padded[number] !== true) readable += image.present
  })
  return { readable, records }
}
