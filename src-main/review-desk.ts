/** The datasets that are open for review: by id, with notes joined to their frames, and recovery. */
import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import type { Difference } from '../src-preload/contract/compare'
import type { CopyFormat, CopyProgress, CopyReport, CopyRequest } from '../src-preload/contract/copy'
import type { DatasetInfo, DatasetMetadata, RecoveryReport } from '../src-preload/contract/dataset'
import type { Events } from '../src-preload/contract/events'
import { Failed } from '../src-preload/contract/failure'
import type { LabelInfo, LabelPicture } from '../src-preload/contract/label'
import type { Edit, Editable, EditReport } from '../src-preload/contract/edit'
import type {
  Measured,
  MeasuredFrames,
  MeasuredShape,
  MeasureProgress
} from '../src-preload/contract/measure'
import type { Area, Picture } from '../src-preload/contract/pixels'
import { PLANE_KEYS, recordValue, type KeyInfo, type RunEvent } from '../src-preload/contract/record'
import type { CheckReport, RepairKind, RepairReport } from '../src-preload/contract/repair'
import type { TableRow, TableRows, TimeLineEvent } from '../src-preload/contract/run'
import { asCell } from './acquisition/run-table'
import { detail, planePicture } from './datasets/box-picture'
import type { Dataset, MissingPlane } from './datasets/dataset'
import { labelPicture } from './datasets/label-picture'
import { differenceOf } from './datasets/compare/difference'
import { measure } from './datasets/measure/measure'
import { measureInThread } from './datasets/measure/measure-frames'
import { checkOpen } from './datasets/check'
import { copyDataset } from './datasets/copy/copy-dataset'
import { editableOf } from './datasets/edit/editable'
import { editDataset } from './datasets/edit/edit-dataset'
import { firstChanged } from './datasets/first-changed'
import { followDataset } from './datasets/follow'
import { openDataset } from './datasets/open-dataset'
import { repairDataset, undoRepair } from './datasets/repair/repair-dataset'
import { recover } from './formats/recover'
import { OpenSet, type TableFacts } from './open-set'
import { Openings } from './openings'

/** Events that are no news on a time line. */
const UNTOLD: readonly RunEvent['kind'][] = ['start', 'stop', 'clock', 'edit']
const MOST_EVENTS = 5_000

/** What the desk tells by itself. */
export interface ReviewTells {
  readonly grown: (grown: Events['dataset.grown']) => void
  /** A dataset that is followed can't be opened at the moment. */
  readonly lost: (error: unknown) => void
}

export class ReviewDesk {
  readonly #open = new Map<string, OpenSet>()
  readonly #followed = new Map<string, () => void>()
  readonly #openings = new Openings()
  readonly #copies = new Map<string, AbortController>()
  readonly #measurings = new Map<string, AbortController>()

  constructor(readonly tells: ReviewTells = { grown: () => undefined, lost: () => undefined }) {}

  /** One that is still being recorded is followed until it is finished or closed. */
  async open(path: string): Promise<DatasetInfo> {
    const dataset = await this.#openings.open(path)
    const id = randomUUID()
    this.#open.set(id, new OpenSet(dataset))
    if (dataset.state === 'recording') {
      const follower = { dataset: (now: Dataset) => this.#grow(id, now), failed: this.tells.lost }
      this.#followed.set(id, followDataset(dataset.path, follower))
    }
    return infoOf(id, dataset)
  }

  async #grow(id: string, now: Dataset): Promise<void> {
    const open = this.#open.get(id)
    if (open === undefined) return now.close()
    const changedFrom = await firstChanged(open.dataset, now)
    if (this.#open.get(id) !== open) return now.close()
    this.#open.set(id, new OpenSet(now))
    if (now.state !== 'recording') this.#unfollow(id)
    this.tells.grown({ info: infoOf(id, now), changedFrom })
    await open.retire()
  }

  #unfollow(id: string): void {
    this.#followed.get(id)?.()
    this.#followed.delete(id)
  }

  /** Ends the opening of this path, which fails with `cancelled`. */
  openStop(path: string): void {
    this.#openings.stop(path)
  }

  async close(id: string): Promise<void> {
    const open = this.#find(id)
    this.#open.delete(id)
    this.#unfollow(id)
    this.measureStop(id)
    await open.close()
  }

  async closeAll(): Promise<void> {
    this.#openings.stopAll()
    for (const stop of [...this.#copies.values(), ...this.#measurings.values()]) stop.abort()
    await Promise.all([...this.#open.keys()].map((id) => this.close(id)))
  }

  picture(id: string, image: number, index: readonly number[], side: number): Promise<Picture> {
    return this.#find(id).read(async (dataset, signal) => {
      const place = { dataset, image, index, frame: planeNumber(dataset, image, index), signal }
      return shown(await planePicture(place, side))
    })
  }

  /** A part of a plane, as fine as the screen shows it. */
  detail(id: string, image: number, index: readonly number[], area: Area, scale: number): Promise<Picture> {
    return this.#find(id).read(async (dataset, signal) => {
      const place = { dataset, image, index, frame: planeNumber(dataset, image, index), signal }
      return shown(await detail(place, area, scale))
    })
  }

  labels(id: string, image: number): Promise<LabelInfo[]> {
    return this.#find(id).read(async (dataset) => (await dataset.labels(image)).map(({ info }) => info))
  }

  /** A part of a label, as fine as the screen shows it. */
  labelPart(
    id: string,
    image: number,
    label: string,
    index: readonly number[],
    area: Area,
    scale: number
  ): Promise<LabelPicture> {
    return this.#find(id).read(async (dataset, signal) => {
      const found = (await dataset.labels(image)).find(({ info }) => info.name === label)
      if (found === undefined) throw new Failed('argument.invalid', `The image has no label ${label}.`)
      return labelPicture(found, index, area, scale, signal)
    })
  }

  measure(id: string, image: number, index: readonly number[], shape: MeasuredShape): Promise<Measured> {
    return this.#find(id).read((dataset, signal) => measure(dataset, image, index, shape, signal))
  }

  /** The first minus the second. */
  difference(left: PlaneOf, right: PlaneOf, side: number): Promise<Difference> {
    return this.#find(left.id).read((one, signal) =>
      this.#find(right.id).read((other) =>
        differenceOf(
          { ...left, dataset: one },
          { ...right, dataset: other },
          side,
          planeNumber(one, left.image, left.index),
          signal
        )
      )
    )
  }

  /** One at a time for each dataset: a second takes the place of the first. */
  async measureFrames(
    id: string,
    image: number,
    shape: MeasuredShape,
    tell: (progress: MeasureProgress & { readonly id: string }) => void
  ): Promise<MeasuredFrames> {
    const { path } = this.#find(id).dataset
    this.measureStop(id)
    const stop = new AbortController()
    this.#measurings.set(id, stop)
    try {
      return await measureInThread(
        { path, image, shape },
        (progress) => tell({ id, ...progress }),
        stop.signal
      )
    } finally {
      if (this.#measurings.get(id) === stop) this.#measurings.delete(id)
    }
  }

  measureStop(id: string): void {
    this.#measurings.get(id)?.abort(new Failed('cancelled', 'The measuring was stopped.'))
  }

  rows(id: string, from: number, count: number): Promise<TableRows> {
    const open = this.#find(id)
    return open.read((dataset) => tableRows(dataset, (open.table ??= tableFacts(dataset)), from, count))
  }

  /** A name for a copy, which is not that of the original. */
  copyName(id: string, format: CopyFormat): string {
    const stem = basename(this.#find(id).dataset.path).replace(
      /(\.ome)?\.(tiff?|zarr|zip|companion\.ome)$/i,
      ''
    )
    return `${stem} copy.${format === 'ome-tiff' ? 'ome.tiff' : 'ome.zarr'}`
  }

  /** Reads through an opening of its own, so that the dataset may be closed meanwhile. */
  async copy(
    id: string,
    path: string,
    request: CopyRequest,
    tell: (progress: CopyProgress & { readonly id: string }) => void
  ): Promise<CopyReport> {
    if (this.#copies.has(id))
      throw new Failed('state.wrong', 'This dataset is being copied already.', { next: 'Wait for its end.' })
    const stop = new AbortController()
    this.#copies.set(id, stop)
    try {
      const dataset = await openDataset(this.#find(id).dataset.path, { signal: stop.signal })
      try {
        const onProgress = seldom((progress: CopyProgress) => tell({ id, ...progress }))
        return await copyDataset(dataset, path, request, { signal: stop.signal, onProgress })
      } finally {
        await dataset.close()
      }
    } finally {
      this.#copies.delete(id)
    }
  }

  copyStop(id: string): void {
    this.#copies.get(id)?.abort()
  }

  /** One dataset after the other; the first that fails ends it, and those before it are changed. */
  async edit(paths: readonly string[], edits: readonly Edit[], who: string): Promise<EditReport[]> {
    const reports: EditReport[] = []
    for (const path of paths) {
      reports.push(await editDataset(path, edits, who))
      await this.#readAgain(path)
    }
    return reports
  }

  editable(id: string): Editable {
    return editableOf(this.#find(id).dataset)
  }

  check(id: string, pixels: boolean): Promise<CheckReport> {
    return this.#find(id).read((dataset, signal) => checkOpen(dataset, signal, pixels))
  }

  async repair(path: string, kinds: readonly RepairKind[]): Promise<RepairReport> {
    const report = await repairDataset(path, kinds)
    await this.#readAgain(path)
    return report
  }

  async unrepair(path: string): Promise<boolean> {
    const undone = await undoRepair(path)
    await this.#readAgain(path)
    return undone
  }

  events(id: string): Promise<readonly TimeLineEvent[]> {
    return this.#find(id).read(async (dataset) =>
      (await dataset.events())
        .filter(({ kind }) => !UNTOLD.includes(kind))
        .slice(0, MOST_EVENTS)
        .map(({ time, kind, text = '', frame = null }) => ({ time, kind, text, frame }))
    )
  }

  metadata(id: string): Promise<DatasetMetadata> {
    return this.#find(id).read((dataset) => dataset.metadata())
  }

  recover(path: string): Promise<RecoveryReport> {
    return recover(path)
  }

  /** A dataset on disk is another than when it was opened. */
  async #readAgain(path: string): Promise<void> {
    for (const [id, open] of this.#open) {
      if (open.dataset.path !== path) continue
      const dataset = await openDataset(path)
      if (this.#open.get(id) === open) this.#open.set(id, new OpenSet(dataset))
      else await dataset.close()
      await open.retire()
    }
  }

  #find(id: string): OpenSet {
    const open = this.#open.get(id)
    if (open === undefined)
      throw new Failed('argument.invalid', 'That dataset is not open any more.', { next: 'Open it again.' })
    return open
  }
}

interface PlaneOf {
  readonly id: string
  readonly image: number
  readonly index: readonly number[]
}

function infoOf(id: string, dataset: Dataset): DatasetInfo {
  const { path, kind, state, images, plates, frames, warnings } = dataset
  return { id, path, name: basename(path), kind, state, images, plates, frames, warnings }
}

async function tableRows(
  dataset: Dataset,
  facts: Promise<TableFacts>,
  from: number,
  count: number
): Promise<TableRows> {
  const { keys: known, notes } = await facts
  const rows = await dataset.rows(from, count)
  const present = await Promise.all(
    rows.map(({ image, storageIndex }) => dataset.isThere(image, storageIndex))
  )
  const keys = [
    ...new Set([...known.map(({ key }) => key), ...rows.flatMap(({ record }) => Object.keys(record))])
  ]
  if (notes.size > 0 && !keys.includes('note')) keys.push('note')
  return {
    keys,
    free: freeKeys(keys, known),
    units: Object.fromEntries(known.flatMap(({ key, unit }) => (unit === undefined ? [] : [[key, unit]]))),
    total: dataset.frames,
    from,
    rows: rows.map(({ frame, image, storageIndex, record }, i): TableRow => {
      const note = notes.get(frame)
      const cells = keys.map((key) => {
        const value = recordValue(record, key)
        if (value === undefined) return key === 'note' ? (note ?? null) : null
        return asCell(value)
      })
      return { frame, image, storageIndex, cells, present: present[i] ?? true }
    })
  }
}

function shown(picture: Picture | MissingPlane): Picture {
  if ('missing' in picture) throw new Failed('frame.lost', picture.reason)
  return picture
}

/** A key is free when nothing measured it; what another program's file does not say is free. */
function freeKeys(keys: readonly string[], known: readonly KeyInfo[]): string[] {
  const source = new Map(known.map((info) => [info.key, info.source]))
  const plane: readonly string[] = PLANE_KEYS
  return keys.filter((key) => !plane.includes(key) && ['user', undefined].includes(source.get(key)))
}

/** Number of a plane in its image, counted in storage order; the frame's number where one frame follows the other. */
function planeNumber(dataset: Dataset, image: number, index: readonly number[]): number {
  const axes = dataset.images[image]?.axes ?? []
  return index.reduce((number, at, i) => number * (axes[i]?.size ?? 1) + at, 0)
}

async function tableFacts(dataset: Dataset): Promise<TableFacts> {
  const [keys, events] = await Promise.all([dataset.keys(), dataset.events()])
  return { keys, notes: notesByFrame(events) }
}

/** Several notes of one frame stand in one cell, a line each. */
export function notesByFrame(events: readonly RunEvent[]): ReadonlyMap<number, string> {
  const notes = new Map<number, string>()
  for (const { kind, frame, text } of events) {
    if (kind !== 'note' || frame === undefined || text === undefined) continue
    const before = notes.get(frame)
    notes.set(frame, before === undefined ? text : `${before}\n${text}`)
  }
  return notes
}

const TELL_EVERY_MS = 100

/** At most ten a second: events are small state. */
function seldom<T>(tell: (value: T) => void): (value: T) => void {
  let told = -Infinity
  return (value) => {
    if (performance.now() - told < TELL_EVERY_MS) return
    told = performance.now()
    tell(value)
  }
}
