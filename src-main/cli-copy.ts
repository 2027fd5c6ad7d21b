/** `benchframe convert` and `export`: frames of a dataset as a new dataset, with the proof that it is equal, or as files for other programs. */
import { existsSync } from 'node:fs'
import { open, rm, writeFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import {
  COPY_COMPRESSIONS,
  COPY_FORMATS,
  type CopyFormat,
  type CopyRequest
} from '../src-preload/contract/copy'
import { toCsv } from '../src-preload/contract/csv'
import { recordValue } from '../src-preload/contract/record'
import { Failed } from '../src-preload/contract/failure'
import { parseFilter, type CellValue } from '../src-preload/contract/table-filter'
import { asCell } from './acquisition/run-table'
import { choice, countArgument, parse, UsageError } from './cli-arguments'
import { writeMovie } from './datasets/movie'
import { wantedFrames } from './datasets/copy/choice'
import { eachRow } from './datasets/each-row'
import { copyDataset } from './datasets/copy/copy-dataset'
import { overview } from './datasets/box-picture'
import type { Dataset, FrameRow, PlanePart } from './datasets/dataset'
import { openDataset } from './datasets/open-dataset'
import { bands, isReadByPieces, type PlaneOf } from './datasets/plane-pieces'
import { pngOf, pngOfBands } from './datasets/png'

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

type Runs = CopyRequest['frames']

export async function convert(args: readonly string[]): Promise<number> {
  const { words, values } = parse(args, {
    format: text,
    frames: text,
    where: text,
    image: text,
    compression: text,
    levels: text,
    tile: text,
    json: flag
  })
  const [source, target] = twoPaths(words)
  const given = (name: string): string | undefined => values[name] as string | undefined
  const compression = choice('--compression', given('compression') ?? 'none', COPY_COMPRESSIONS)
  const levels = countArgument('--levels', given('levels')) ?? 0
  const tileSize = countArgument('--tile', given('tile'))
  const image = countArgument('--image', given('image'))
  const listed = runsArgument(given('frames'))
  return withDataset(source, async (dataset, signal) => {
    const format = formatOf(target, given('format'), dataset)
    const frames = await whereRuns(dataset, given('where'), listed)
    const report = await copyDataset(
      dataset,
      target,
      { format, compression, levels, tileSize, frames, image },
      { signal }
    )
    if (values['json'] === true) print(JSON.stringify(report))
    else {
      print(
        `${report.path}: ${report.frames} frames, all pixels and ${report.sameValues} values equal to the source`
      )
      for (const note of report.notes) print(`note: ${note}`)
    }
    return 0
  })
}

export async function exportTo(args: readonly string[]): Promise<number> {
  const { words, values } = parse(args, { frames: text, where: text, fps: text, image: text, json: flag })
  const [source, target] = twoPaths(words)
  const given = (name: string): string | undefined => values[name] as string | undefined
  if (!/\.(csv|png|avi)$/i.test(target))
    throw new UsageError(`DEST ends with .csv, .png or .avi; for a new dataset use convert: ${target}`)
  const isMovie = /\.avi$/i.test(target)
  if (!isMovie && (given('fps') ?? given('image')) !== undefined)
    throw new UsageError(`--fps and --image are for movies, which end with .avi: ${target}`)
  const framesPerSecond = countArgument('--fps', given('fps')) ?? 10
  const image = countArgument('--image', given('image')) ?? 0
  if (existsSync(target))
    throw new Failed('target.exists', `${target} exists already.`, { next: 'Choose another name.' })
  const listed = runsArgument(given('frames'))
  if (isMovie)
    return withDataset(source, async (dataset, signal) => {
      const rows = await chosenRows(dataset, listed, given('where'), signal)
      const made = await writeMovie(dataset, target, { rows, image, framesPerSecond, signal })
      if (values['json'] === true) print(JSON.stringify(made))
      else
        print(
          [`${made.path}: ${made.frames} frames`, ...made.notes.map((note) => `note: ${note}`)].join('\n')
        )
      return 0
    })
  if (/\.png$/i.test(target))
    return withDataset(source, (dataset, signal) =>
      pictures(dataset, target, listed, given('where'), values['json'] === true, signal)
    )
  return withDataset(source, async (dataset) => {
    const rows = await table(dataset, await whereRuns(dataset, given('where'), listed))
    await writeFile(target, toCsv(rows.heads, rows.cells), { flag: 'wx' })
    print(
      values['json'] === true
        ? JSON.stringify({ path: target, rows: rows.cells.length })
        : `${target}: ${rows.cells.length} rows`
    )
    return 0
  })
}

/** Several frames get their numbers into the name. */
async function pictures(
  dataset: Dataset,
  target: string,
  listed: Runs,
  where: string | undefined,
  json: boolean,
  signal: AbortSignal
): Promise<number> {
  const rows = await chosenRows(dataset, listed, where, signal)
  const paths: string[] = []
  for (const { frame, image, storageIndex } of rows) {
    const number = rows.length > 1 ? `_${String(frame).padStart(6, '0')}` : ''
    const path = target.replace(/\.png$/i, `${number}.png`)
    await picture({ dataset, image, index: storageIndex, signal }, path)
    paths.push(path)
  }
  print(json ? JSON.stringify({ paths }) : paths.join('\n'))
  return 0
}

async function chosenRows(
  dataset: Dataset,
  listed: Runs,
  where: string | undefined,
  signal: AbortSignal
): Promise<FrameRow[]> {
  const wanted = wantedFrames(await whereRuns(dataset, where, listed), dataset.frames)
  const rows: FrameRow[] = []
  for await (const row of eachRow(dataset, signal)) if (wanted.has(row.frame)) rows.push(row)
  return rows
}

async function picture(plane: PlaneOf, path: string): Promise<void> {
  const { dataset, image, index, signal } = plane
  if (isReadByPieces(dataset, image)) return largePicture(plane, path)
  const found = await dataset.plane(image, index, signal)
  if ('missing' in found) throw new Failed('frame.lost', found.reason)
  await writeFile(path, pngOf(found), { flag: 'wx' })
}

/** Side of the small picture that tells what is dark and what is bright. */
const LOOKED_AT_SIDE = 1024

async function largePicture(plane: PlaneOf, path: string): Promise<void> {
  const small = await overview({ ...plane, frame: 0 }, LOOKED_AT_SIDE)
  const size = plane.dataset.levels(plane.image)[0]
  if ('missing' in small) throw new Failed('frame.lost', small.reason)
  if (size === undefined) throw new Failed('internal', `${path} has no levels.`)
  async function* sound(): AsyncGenerator<PlanePart> {
    for await (const band of bands(plane)) {
      const reason = 'missing' in band ? band.reason : band.holes[0]?.reason
      if ('missing' in band || reason !== undefined) throw new Failed('frame.lost', reason ?? '')
      yield band
    }
  }
  const sample = { ...small, pixelType: small.full.pixelType }
  const rows = pngOfBands({ ...size, samples: small.samples }, sample, sound())
  const file = await open(path, 'wx')
  try {
    await pipeline(rows, file.createWriteStream())
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

function twoPaths(words: readonly string[]): [string, string] {
  const [source, target, ...more] = words
  if (source === undefined || target === undefined || source === '' || target === '' || more.length > 0)
    throw new UsageError('Give SRC and DEST.')
  return [source, target]
}

/** Ctrl+C ends the work cleanly, and then nothing is left of it. */
async function withDataset(
  source: string,
  work: (dataset: Dataset, signal: AbortSignal) => Promise<number>
): Promise<number> {
  const stop = new AbortController()
  const interrupt = (): void => stop.abort()
  process.once('SIGINT', interrupt)
  const dataset = await openDataset(source, { signal: stop.signal })
  try {
    return await work(dataset, stop.signal)
  } finally {
    process.off('SIGINT', interrupt)
    await dataset.close()
  }
}

function formatOf(target: string, asked: string | undefined, dataset: Dataset): CopyFormat {
  if (asked !== undefined) return choice('--format', asked, COPY_FORMATS)
  if (/\.tiff?$/i.test(target)) return 'ome-tiff'
  if (/\.zarr$/i.test(target)) return 'ome-zarr'
  return dataset.kind.endsWith('zarr') ? 'ome-tiff' : 'ome-zarr'
}

function runsArgument(list: string | undefined): Runs {
  if (list === undefined) return null
  return list.split(',').map((part): [number, number] => {
    const [, first, last] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? []
    if (first === undefined)
      throw new UsageError(`--frames is ${list}; numbers and ranges are allowed, such as 0-99,120.`)
    return [Number(first), Number(last ?? first)]
  })
}

/** The listed frames for which the query holds. */
async function whereRuns(dataset: Dataset, query: string | undefined, listed: Runs): Promise<Runs> {
  if (query === undefined) return listed
  const { test, problem } = parseFilter(query, ['#', ...(await dataset.keys()).map(({ key }) => key)])
  if (problem !== null) throw new UsageError(`--where is ${query}: ${problem}`)
  const wanted = wantedFrames(listed, dataset.frames)
  const runs: [number, number][] = []
  for await (const row of eachRow(dataset)) {
    if (!wanted.has(row.frame) || !(test?.((key) => cellOf(row, key)) ?? true)) continue
    const last = runs[runs.length - 1]
    if (last !== undefined && last[1] === row.frame - 1) last[1] = row.frame
    else runs.push([row.frame, row.frame])
  }
  return runs
}

function cellOf({ frame, record }: FrameRow, key: string): CellValue {
  if (key === '#') return frame
  const value = recordValue(record, key)
  return value === undefined ? null : asCell(value)
}

async function table(dataset: Dataset, runs: Runs): Promise<{ heads: string[]; cells: CellValue[][] }> {
  const known = await dataset.keys()
  const rows: FrameRow[] = []
  const keys = new Set(known.map(({ key }) => key))
  const wanted = wantedFrames(runs, dataset.frames)
  for await (const row of eachRow(dataset)) {
    if (!wanted.has(row.frame)) continue
    rows.push(row)
    for (const key of Object.keys(row.record)) keys.add(key)
  }
  const unitOf = new Map(known.map(({ key, unit }) => [key, unit]))
  const heads = [...keys].map((key) => (unitOf.get(key) === undefined ? key : `${key} (${unitOf.get(key)})`))
  const several = dataset.images.length > 1
  return {
    heads: ['frame', ...(several ? ['image'] : []), 'storage_index', ...heads],
    cells: rows.map((row) => [
      row.frame,
      ...(several ? [row.image] : []),
      row.storageIndex.join(' '),
      ...[...keys].map((key) => cellOf(row, key))
    ])
  }
}
