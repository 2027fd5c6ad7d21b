/** `benchframe acquire`: one run without a window, its progress as JSON lines, its receipt in words. */
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Failed } from '../src-preload/contract/failure'
import type { Receipt, RunStatus, TriggerChoice } from '../src-preload/contract/run'
import { EMPTY_FORM } from '../src-preload/contract/stored-form'
import { Acquisition } from './acquisition/service'
import { acquireArguments, sentenceOf, type AcquireArguments } from './cli-arguments'
import { createDeviceSet, type DeviceSet } from './devices/device-set'
import { freeBytes } from './disk-space'
import { createExpectFile, type ExpectFile } from './expect-file'
import { createFramePool } from './formats/frame-pool'
import { setupGlobals } from './run-setup'
import { createRunWorld } from './run-world'

const LOW_BYTES = 1e9
const tell = (text: string): void => void process.stderr.write(`${text}\n`)

export async function acquire(args: readonly string[]): Promise<number> {
  const wanted = acquireArguments(args)
  const devices = createDeviceSet({
    seed: wanted.seed,
    camera: {
      width: wanted.width,
      height: wanted.height,
      pixelType: wanted.pixelType,
      exposureMs: wanted.exposureMs
    }
  })
  try {
    return await record(wanted, devices)
  } finally {
    await devices.close()
  }
}

async function record(wanted: AcquireArguments, devices: DeviceSet): Promise<number> {
  const trigger = await connectTrigger(wanted, devices)
  await warnOfLowSpace(wanted.out)
  const done = deferred<RunStatus>()
  const acquisition = new Acquisition(
    devices.camera,
    (format) => createFramePool(format),
    createRunWorld(devices, tell, undefined, { storage: wanted.storage, warn: tell }),
    {
      onRun: (status) => {
        if (status.phase === 'finished' || status.phase === 'failed') done.resolve(status)
      },
      onCamera: () => undefined,
      onLiveProblem: () => undefined
    }
  )
  const expect = expectFile(wanted)
  await acquisition.start({
    root: resolve(wanted.out),
    format: wanted.format,
    trigger,
    frames: wanted.frames,
    seconds: wanted.seconds,
    fullPool: wanted.fullPool,
    form: EMPTY_FORM,
    rules: [],
    ring: null,
    frameMetadata: wanted.frameMetadata,
    globals: {
      ...(Object.keys(wanted.meta).length === 0 ? {} : { dataset: wanted.meta }),
      ...setupGlobals({ ...wanted, trigger }, [], { frames: 0, everyMs: 100 }, acquisition.cameraStatus())
    },
    ...(expect === null ? {} : { beforeSubmit: (pixels, frame, number) => expect.add(pixels, frame, number) })
  })
  const stop = (): void => void acquisition.stop()
  process.on('SIGINT', stop).on('SIGTERM', stop)
  const quiet = wanted.progress ? tellProgress(() => acquisition.status()) : () => undefined
  const status = await done.promise
  quiet()
  process.off('SIGINT', stop).off('SIGTERM', stop)
  expect?.finish(status.receipt?.written ?? 0)
  await acquisition.close()
  return tellEnd(status, wanted.progress)
}

async function connectTrigger({ trigger }: AcquireArguments, devices: DeviceSet): Promise<TriggerChoice> {
  if (trigger.kind !== 'serial') return trigger
  const { id } = await devices.connect(trigger.path)
  return { kind: 'serial', device: id }
}

async function warnOfLowSpace(out: string): Promise<void> {
  const free = await freeBytes(resolve(out))
  if (free !== null && free < LOW_BYTES) {
    process.stderr.write(`Warning: only ${(free / 1e6).toFixed(0)} MB are free for ${out}.\n`)
  }
}

function expectFile({ expect, width, height, pixelType, trigger }: AcquireArguments): ExpectFile | null {
  if (expect === null) return null
  const folder = dirname(resolve(expect))
  if (!existsSync(folder)) {
    throw new Failed('argument.invalid', `The folder ${folder} of --expect does not exist.`, {
      next: 'Create it first.'
    })
  }
  return createExpectFile(
    expect,
    { width, height, pixelType },
    trigger.kind === 'multi-d' ? trigger.plan : null
  )
}

/** A line each second and after each sync; returns the undo, which prints the last line. */
function tellProgress(status: () => RunStatus): () => void {
  let told = { at: -Infinity, durable: -1 }
  const tell = (): void => {
    const { seen, written, durable, dropped } = status()
    told = { at: performance.now(), durable }
    process.stdout.write(`${JSON.stringify({ seen, written, durable, dropped })}\n`)
  }
  const timer = setInterval(() => {
    if (performance.now() - told.at >= 1000 || status().durable !== told.durable) tell()
  }, 20)
  return () => {
    clearInterval(timer)
    tell()
  }
}

function tellEnd({ failure, receipt }: RunStatus, progress: boolean): number {
  const out = progress ? process.stderr : process.stdout
  if (receipt !== null) out.write(`${receiptInWords(receipt)}\n`)
  if (failure === null) return 0
  const { code, message, ...more } = failure
  process.stderr.write(`${sentenceOf(new Failed(code, message, more))}\n`)
  return 1
}

export function receiptInWords({ seen, written, dropped, files, seconds, end, complete }: Receipt): string {
  if (written === 0) return `${end}: no frame was recorded, so nothing was left on disk.`
  const lines = files.map(({ path, readable, records, bytes }) => {
    return `  ${path}: ${readable} readable frames, ${records} records, ${(bytes / 1e6).toFixed(1)} MB`
  })
  const verdict = complete ? 'all counts agree' : 'THE COUNTS DIFFER'
  const counts = `seen ${seen}, written ${written}, dropped ${dropped}, ${seconds.toFixed(1)} s; ${verdict}`
  return [`${end}: ${counts}`, ...lines].join('\n')
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((answer) => (resolve = answer))
  return { promise, resolve }
}
