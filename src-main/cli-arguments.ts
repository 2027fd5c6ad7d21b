/** The command line's words: what each command takes, and usage errors that name the word. */
import { readFileSync } from 'node:fs'
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { COPY_COMPRESSIONS } from '../src-preload/contract/copy'
import type { Failed } from '../src-preload/contract/failure'
import { PIXEL_TYPES, type PixelType } from '../src-preload/contract/pixels'
import { multiDCheck, multiDProblem, usualMultiD, type MultiD } from '../src-preload/contract/multi-d'
import { isJsonObject, type FrameRecord } from '../src-preload/contract/record'
import { RUN_FORMATS, type RunFormat } from '../src-preload/contract/run'
import { parseExactJson } from './formats/exact-json'
import type { AcquisitionSettings } from './formats/settings'

/** A word that the command does not understand: exit code 2. */
export class UsageError extends Error {}

export const USAGE = `Benchframe, bench-top imaging: the command line of the app.

  benchframe acquire OUT [options]   record frames of the simulated microscope to OUT.ome.tiff and/or OUT.ome.zarr
    --frames N | --seconds S         how long (default: until Ctrl+C)
    --size WxH                       frame size, default 512x512
    --pixel-type T                   ${PIXEL_TYPES.slice(0, 8).join(', ')}; default uint16
    --exposure MS                    default: half of the interval, at most 10 ms
    --trigger interval:MS            a frame every MS milliseconds (default interval:100)
    --trigger serial:PATH            a frame for each trigger of the serial instrument at PATH
    --multi-d FILE                   a plan of time, positions, channels and z, as JSON; what is left out is not used
    --format F                       ome-tiff, ome-zarr or both (default both)
    --compression C, --levels N, --tile N   how the pixels are stored, see convert
    --seed N                         seed of the simulation, default 1
    --meta key=value                 about the dataset; may come several times
    --frame-meta JSON                an object that is merged into every frame's record
    --expect FILE                    writes what was acquired (with .jsonl: a line a frame, at once)
    --progress                       a JSON line each second and after each sync on stdout
    --full-pool P                    when the disk does not keep up: hold (default), drop-newest, stop
  benchframe info PATH [--json] [--checksum]   what a dataset holds
  benchframe check PATH [--json]               whether a dataset is right and Fiji will open it, in plain words
  benchframe repair PATH [--only KINDS] [--dry-run] [--undo] [--json]
                                     safe repairs of metadata: sizes, orphans, members, units, zeros
  benchframe recover PATH [--json]             completes what a crash cut off
  benchframe convert SRC DEST [options]        frames of SRC as a new dataset, proven equal; the suffix of DEST says the format
    --format F                       ome-tiff or ome-zarr, where DEST has no suffix (default: the other than SRC has)
    --frames LIST                    such as 0-99,120; default: all
    --where QUERY                    such as "temperature > 37.5 and trigger_source = rule"
    --image N                        one image of several, from 0
    --compression C                  none (default), lzw, deflate, zstd, blosc-zstd, blosc-lz4, gzip
    --levels N                       a pyramid: N smaller copies of each image beside it
    --tile N                         OME-TIFF: tiles of N pixels a side, a multiple of 16; 512 with a pyramid
    --json                           the proof, or the failure, as JSON
  benchframe export SRC DEST [--frames LIST] [--where QUERY] [--json]
                                     DEST.csv: the table; DEST.png: one picture of each frame; DEST.avi: a movie
    --fps N, --image N               of a movie: pictures a second, default 10; which of several images, from 0
  benchframe compare A B [--no-pixels] [--json]
                                     what differs between two datasets, frame by frame; exit code 1 where something does
Exit codes: 0 done, 1 failed (one sentence on stderr), 2 wrong usage.
`

export type Options = NonNullable<ParseArgsConfig['options']>

export function parse(
  args: readonly string[],
  options: Options
): { words: string[]; values: Record<string, unknown> } {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
      strict: true
    })
    return { words: positionals, values }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

export function onePath(words: readonly string[], name: string): string {
  const [path, ...more] = words
  if (path === undefined || path === '' || more.length > 0) throw new UsageError(`Give exactly one ${name}.`)
  return path
}

export interface AcquireArguments {
  readonly out: string
  readonly frames: number | null
  readonly seconds: number | null
  readonly width: number
  readonly height: number
  readonly pixelType: PixelType
  readonly exposureMs: number
  readonly trigger:
    | { readonly kind: 'interval'; readonly everyMs: number }
    | { readonly kind: 'serial'; readonly path: string }
    | { readonly kind: 'multi-d'; readonly plan: MultiD }
  readonly format: RunFormat
  readonly storage: Pick<AcquisitionSettings, 'compression' | 'pyramidLevels' | 'tileSize'>
  readonly seed: number
  readonly meta: Readonly<Record<string, string>>
  readonly frameMetadata: FrameRecord
  readonly expect: string | null
  readonly progress: boolean
  readonly fullPool: 'hold' | 'drop newest' | 'stop'
}

export function acquireArguments(args: readonly string[]): AcquireArguments {
  const text = { type: 'string' } as const
  const { words, values } = parse(args, {
    frames: text,
    seconds: text,
    size: text,
    'pixel-type': text,
    exposure: text,
    trigger: text,
    'multi-d': text,
    format: text,
    compression: text,
    levels: text,
    tile: text,
    seed: text,
    meta: { type: 'string', multiple: true },
    'frame-meta': text,
    expect: text,
    progress: { type: 'boolean' },
    'full-pool': text
  })
  const given = (name: string): string | undefined => values[name] as string | undefined
  const out = onePath(words, 'OUT')
  if (/\.(ome\.)?(tiff?|zarr)$/i.test(out))
    throw new UsageError(`OUT has no suffix; the formats add theirs: ${out}`)
  const planFile = given('multi-d')
  const trigger =
    planFile === undefined ? triggerArgument(given('trigger') ?? 'interval:100') : planArgument(planFile)
  const [width, height] = sizeArgument(given('size') ?? '512x512')
  const usualExposure = trigger.kind === 'interval' ? Math.min(10, trigger.everyMs / 2) : 10
  return {
    out,
    frames: countArgument('--frames', given('frames')),
    seconds: positive('--seconds', given('seconds')),
    width,
    height,
    pixelType: choice('--pixel-type', given('pixel-type') ?? 'uint16', PIXEL_TYPES),
    exposureMs: positive('--exposure', given('exposure')) ?? usualExposure,
    trigger,
    format: choice('--format', given('format') ?? 'both', RUN_FORMATS),
    storage: storageArguments(given),
    seed: countArgument('--seed', given('seed')) ?? 1,
    meta: metaArgument((values.meta as string[] | undefined) ?? []),
    frameMetadata: recordArgument(given('frame-meta') ?? '{}'),
    expect: given('expect') ?? null,
    progress: values.progress === true,
    fullPool:
      choice('--full-pool', given('full-pool') ?? 'hold', ['hold', 'drop-newest', 'stop'] as const) ===
      'drop-newest'
        ? 'drop newest'
        : ((given('full-pool') as 'hold' | 'stop' | undefined) ?? 'hold')
  }
}

function storageArguments(given: (name: string) => string | undefined): AcquireArguments['storage'] {
  const compression = given('compression')
  const pyramidLevels = countArgument('--levels', given('levels'))
  const tileSize = countArgument('--tile', given('tile'))
  return {
    ...(compression === undefined
      ? {}
      : { compression: choice('--compression', compression, COPY_COMPRESSIONS) }),
    ...(pyramidLevels === null ? {} : { pyramidLevels }),
    ...(tileSize === null ? {} : { tileSize })
  }
}

export interface PathArguments {
  readonly path: string
  readonly json: boolean
  readonly checksum: boolean
}

export function pathArguments(args: readonly string[], checksum: boolean): PathArguments {
  const { words, values } = parse(args, {
    json: { type: 'boolean' },
    ...(checksum ? { checksum: { type: 'boolean' } } : {})
  })
  return { path: onePath(words, 'PATH'), json: values.json === true, checksum: values.checksum === true }
}

export function choice<const T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value)
  if (found === undefined) throw new UsageError(`${name} is ${value}; allowed is ${allowed.join(', ')}.`)
  return found
}

function positive(name: string, value: string | undefined): number | null {
  if (value === undefined) return null
  const found = Number(value)
  if (value.trim() === '' || !Number.isFinite(found) || found <= 0)
    throw new UsageError(`${name} is ${value}; a number above 0 is allowed.`)
  return found
}

export function countArgument(name: string, value: string | undefined): number | null {
  if (value === undefined) return null
  const found = Number(value)
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(found))
    throw new UsageError(`${name} is ${value}; a whole number is allowed.`)
  if (name === '--frames' && found === 0) throw new UsageError('--frames is 0; at least 1 is allowed.')
  return found
}

function sizeArgument(value: string): [number, number] {
  const match = /^(\d{1,5})x(\d{1,5})$/.exec(value)
  const [width, height] = [Number(match?.[1]), Number(match?.[2])]
  if (match === null || width === 0 || height === 0 || width > 16_384 || height > 16_384) {
    throw new UsageError(
      `--size is ${value}; WIDTHxHEIGHT is allowed, each from 1 to 16384, such as 512x512.`
    )
  }
  return [width, height]
}

function triggerArgument(value: string): AcquireArguments['trigger'] {
  const at = value.indexOf(':')
  const [kind, rest] = [value.slice(0, at), value.slice(at + 1)]
  if (at > 0 && kind === 'interval') return { kind, everyMs: positive('--trigger interval', rest) ?? 0 }
  if (at > 0 && kind === 'serial' && rest !== '') return { kind, path: rest }
  throw new UsageError(`--trigger is ${value}; interval:MILLISECONDS or serial:PATH is allowed.`)
}

/** Axes that the file leaves out are not used. */
function planArgument(path: string): AcquireArguments['trigger'] {
  try {
    const given = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, unknown>>
    const usual = usualMultiD()
    const axis = <K extends 'time' | 'positions' | 'channels' | 'z'>(name: K): unknown =>
      given[name] === undefined ? { ...usual[name], on: false } : { ...usual[name], on: true, ...given[name] }
    const plan = multiDCheck(
      {
        order: given.order ?? usual.order,
        time: axis('time'),
        positions: axis('positions'),
        channels: axis('channels'),
        z: axis('z')
      },
      path
    )
    const problem = multiDProblem(plan)
    if (problem !== null) throw new UsageError(`--multi-d ${path}: ${problem}`)
    return { kind: 'multi-d', plan }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`--multi-d ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function metaArgument(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) throw new UsageError(`--meta is ${pair}; key=value is allowed.`)
      return [pair.slice(0, at), pair.slice(at + 1)] as const
    })
  )
}

function recordArgument(text: string): FrameRecord {
  try {
    const value = parseExactJson(text)
    if (isJsonObject(value)) return value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new UsageError('--frame-meta is not a JSON object.')
}

/** One sentence for stderr, with the next step where there is one. */
export const sentenceOf = (failure: Failed): string =>
  failure.next === undefined ? failure.message : `${failure.message} ${failure.next}`
