/** What is looked at before a run, in plain words, and the one sentence that says what the run will do. */
import { dirname, join } from 'node:path'
import { toFailure } from '../src-preload/contract/failure'
import { frameBytes } from '../src-preload/contract/pixels'
import type { Description } from '../src-preload/contract/description'
import { completeness, templateOf } from '../src-preload/contract/description-fields'
import type { CameraStatus, Preflight, PreflightLine, RunRequest } from '../src-preload/contract/run'
import { leastSeconds, type MultiD } from '../src-preload/contract/multi-d'
import type { DeviceStatus } from '../src-preload/contract/device'
import { duration } from './duration'
import { multiDBytes, multiDLine, multiDPhrase, sizeText } from './preflight-multi-d'
import { checkPrefix, makeWritable } from './run-target'

export interface PreflightFacts {
  readonly request: RunRequest
  readonly description: Description
  readonly camera: CameraStatus
  readonly devices: readonly DeviceStatus[]
  readonly freeBytes: number | null
  /** Why the computer can't be kept awake; null: it can. */
  readonly sleepProblem: string | null
}

/** Below this the disk is called nearly full; a run may still start. */
const LOW_BYTES = 2e9

export function preflight(facts: PreflightFacts): Preflight {
  return {
    sentence: sentence(facts),
    lines: [name(facts), disk(facts), camera(facts), trigger(facts), sample(facts), sleep(facts)]
  }
}

function name({ request }: PreflightFacts): PreflightLine {
  try {
    checkPrefix(request.prefix)
    makeWritable(request.folder)
    return { id: 'name', level: 'ok', text: `Saves to ${join(request.folder, `${request.prefix}_…`)}` }
  } catch (error) {
    const { message, next } = toFailure(error)
    return { id: 'name', level: 'stop', text: message, ...(next === undefined ? {} : { fix: next }) }
  }
}

function disk({ request, freeBytes, camera }: PreflightFacts): PreflightLine {
  if (freeBytes === null) {
    return { id: 'disk', level: 'warning', text: `The free space of ${dirname(request.folder)} is not known` }
  }
  const gigabytes = `${(freeBytes / 1e9).toFixed(1)} GB free`
  if (request.trigger.kind === 'multi-d') {
    const bytes = planBytes(request.trigger.plan, request, camera)
    if (bytes > freeBytes)
      return {
        id: 'disk',
        level: 'stop',
        text: `The plan needs ${sizeText(bytes)}, and ${gigabytes}`,
        fix: 'Make room, choose another folder, or plan less.'
      }
  }
  return freeBytes < LOW_BYTES
    ? { id: 'disk', level: 'warning', text: `Only ${gigabytes}`, fix: 'Make room or choose another folder.' }
    : { id: 'disk', level: 'ok', text: gigabytes }
}

function camera({ camera: { label, format } }: PreflightFacts): PreflightLine {
  return {
    id: 'camera',
    level: 'ok',
    text: `${label}, ${format.width} × ${format.height} ${format.pixelType}`
  }
}

function trigger({ request, devices, camera: { exposureMs } }: PreflightFacts): PreflightLine {
  const choice = request.trigger
  switch (choice.kind) {
    case 'manual':
      return { id: 'trigger', level: 'ok', text: 'A frame with each Snap' }
    case 'interval':
      return choice.everyMs < exposureMs
        ? {
            id: 'trigger',
            level: 'warning',
            text: `The interval of ${choice.everyMs} ms is shorter than the exposure of ${exposureMs} ms`,
            fix: 'Lengthen the interval or shorten the exposure; frames that the camera misses are counted.'
          }
        : { id: 'trigger', level: 'ok', text: `A frame every ${choice.everyMs} ms` }
    case 'multi-d':
      return multiDLine(choice.plan, devices)
    case 'serial': {
      const device = devices.find(({ id }) => id === choice.device)
      return device?.state === 'ready' || device?.state === 'busy'
        ? { id: 'trigger', level: 'ok', text: `A frame with each trigger of ${device.label}` }
        : {
            id: 'trigger',
            level: 'stop',
            text:
              device === undefined
                ? 'No trigger instrument is connected'
                : `${device.label} is ${device.state}`,
            fix: 'Connect it under Devices.'
          }
    }
  }
}

/** Required fields mark the dataset incomplete; they never block a run. */
function sample({ description }: PreflightFacts): PreflightLine {
  const { missing } = completeness(description, templateOf(description))
  const required = missing.filter((field) => field.required).map(({ label }) => label)
  const { sample: named } = description.values
  return required.length > 0
    ? {
        id: 'sample',
        level: 'warning',
        text: `Not filled in: ${required.join(', ')}`,
        fix: 'Fill it in above, now or while it records; the dataset says what is missing.'
      }
    : { id: 'sample', level: 'ok', text: String(named) }
}

/** A run of a night is worth a word about sleep, also where all is well: people switch it off by hand otherwise. */
const sleep = ({ sleepProblem }: PreflightFacts): PreflightLine =>
  sleepProblem === null
    ? { id: 'sleep', level: 'ok', text: 'The computer stays awake while it is armed or records' }
    : {
        id: 'sleep',
        level: 'warning',
        text: `The computer may fall asleep: ${sleepProblem}`,
        fix: 'Turn automatic sleep off in the power settings of the system.'
      }

const planBytes = (plan: MultiD, { format }: RunRequest, camera: CameraStatus): number =>
  multiDBytes(plan, frameBytes(camera.format), format === 'both' ? 2 : 1)

function sentence({ request, camera, freeBytes }: PreflightFacts): string {
  const kinds = { 'ome-tiff': 'OME-TIFF', 'ome-zarr': 'OME-Zarr', both: 'OME-TIFF and OME-Zarr' }[
    request.format
  ]
  if (request.trigger.kind === 'multi-d') {
    const { plan } = request.trigger
    return `Records ${multiDPhrase(plan)} to ${kinds}; ${sizeText(planBytes(plan, request, camera))}, at least ${duration(leastSeconds(plan, camera.exposureMs))}.`
  }
  const limits = [
    ...(request.frames === null ? [] : [`${request.frames} frames`]),
    ...(request.seconds === null ? [] : [`${request.seconds} s`])
  ]
  const end = limits.length === 0 ? 'until stopped' : `until ${limits.join(' or ')}`
  return `Records to ${kinds} ${end}${rate(request, frameBytes(camera.format), freeBytes)}.`
}

/** Bytes an hour and the time to a full disk, where frames come at a known rate. */
function rate(request: RunRequest, bytes: number, free: number | null): string {
  if (request.trigger.kind !== 'interval') return `; ${(bytes / 1e6).toFixed(1)} MB a frame`
  const copies = request.format === 'both' ? 2 : 1
  const bytesPerHour = (bytes * copies * 3_600_000) / request.trigger.everyMs
  const full = free === null ? '' : `, disk full in ${duration((free / bytesPerHour) * 3600)}`
  return `; about ${(bytesPerHour / 1e9).toFixed(1)} GB/h${full}`
}
