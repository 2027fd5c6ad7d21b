// A sink driven without the stream around it: frames from memory to a sink, with what was acquired in the kit's expect.json form.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BYTES_PER_PIXEL } from '../../src-preload/contract/pixels'
import { realDisk, type Disk } from '../../src-main/formats/disk'
import type {
  FileSink,
  FrameEntry,
  LocatedFrame,
  PlacedFrame,
  RecordSource,
  StreamPlan
} from '../../src-main/formats/file-sink'
import { slotStride } from '../../src-main/formats/frame-pool'
import { imageSizes, planeNumber, Router } from '../../src-main/formats/layout'
import { createZarrSink } from '../../src-main/formats/ome-zarr/zarr-sink'
import { journalPath } from '../../src-main/formats/plan-paths'
import { planStream } from '../../src-main/formats/plan'
import type { Json } from '../../src-preload/contract/record'
import type { AcquisitionSettings } from '../../src-main/formats/settings'

export function scratchFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'benchframe-zarr-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export type Settings = Omit<AcquisitionSettings, 'rootPath'>

/** A way of laying out a dataset, and the run that fills it. */
export interface Layout {
  readonly name: string
  readonly settings: Settings
  readonly run: (run: ZarrRun) => ZarrRun
}

export const eventDriven = (width: number, height: number, more: Partial<Settings> = {}): Settings => ({
  dimensions: [
    { name: 't', count: null, type: 'time' },
    { name: 'y', count: height, type: 'space' },
    { name: 'x', count: width, type: 'space' }
  ],
  dtype: 'uint16',
  ...more
})

/** Deterministic pixels that differ in every frame; frame 3 is all zeros, which must be stored too. */
export function fillFrame(bytes: Uint8Array, frame: number, pixelBytes: number): void {
  if (frame === 3) {
    bytes.fill(0)
    return
  }
  let state = (frame + 1) * 2654435761
  const smooth = pixelBytes > 1
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    // High bytes stay small, as in a camera's picture; no NaN among floats either.
    bytes[i] =
      smooth && i % pixelBytes === pixelBytes - 1 ? (frame & 3) + ((i >> 9) & 3) : (state >>> 24) & 255
  }
}

export const recordOf = (frame: number): Record<string, unknown> => ({
  delta_t: frame * 0.1 + 3e-6,
  exposure_time: 0.01,
  position_z: 50,
  temperature: 37 - frame / 7,
  note: frame % 2 === 0 ? 'even "quoted" µ\u0007' : null,
  nested: { list: [1, true, null, 'x'], big: 9007199254740991 }
})

export class ZarrRun {
  readonly plan: StreamPlan
  readonly sink: FileSink
  readonly memory: WebAssembly.Memory
  readonly located: LocatedFrame[] = []
  readonly entries: FrameEntry[] = []
  readonly hashes: string[] = []
  readonly stride: number
  private readonly router: Router
  private readonly planes: number[]
  private readonly bytes: number
  private next = 0

  constructor(
    folder: string,
    settings: Settings,
    readonly disk: Disk = realDisk,
    readonly slots = 8,
    encoderThreads = 0
  ) {
    this.plan = planStream({ ...settings, rootPath: join(folder, 'run.ome.zarr'), format: 'ome-zarr' })
    const { width, height, pixelType } = this.plan.frame
    this.bytes = width * height * BYTES_PER_PIXEL[pixelType]
    this.stride = slotStride(this.bytes)
    const pages = Math.ceil((this.slots * this.stride) / 65_536)
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
    this.router = new Router(this.plan)
    this.planes = this.plan.images.map(() => 0)
    mkdirSync(journalPath(this.plan), { recursive: true }) // the stream's, in which the sink keeps its notes
    this.sink = createZarrSink(this.plan, { memory: this.memory, disk, encoderThreads })
  }

  get path(): string {
    return this.plan.zarrPath as string
  }

  /** Writes so many frames, as many at once as there are slots. */
  frames(count: number): this {
    for (let left = count; left > 0;) {
      const batch = Array.from({ length: Math.min(left, this.slots) }, (_, slot) => this.fill(slot))
      const locations = this.sink.write(batch)
      batch.forEach((placed, k) => {
        const location = locations[k]
        if (location === undefined) throw new Error('a frame without a location')
        this.located.push({ ...placed, location })
        this.count(placed)
      })
      left -= batch.length
    }
    return this
  }

  skip(count: number): this {
    for (let n = 0; n < count; n++) {
      const { image, index } = this.router.next()
      this.sink.skip(image, index)
      this.planes[image] = Math.max(this.planes[image] ?? 0, planeNumber(this.plan, index) + 1)
    }
    return this
  }

  finish(): this {
    this.sink.checkpoint()
    this.sink.sync()
    this.sink.finish(this.records())
    this.removeJournal()
    return this
  }

  removeJournal(): void {
    rmSync(journalPath(this.plan), { recursive: true })
  }

  /** As if the journal ended after so many frames of a run with one image. */
  keep(count: number): this {
    this.located.length = this.entries.length = this.hashes.length = count
    this.planes[0] = count
    return this
  }

  records(): RecordSource {
    const { entries } = this
    return {
      frames: (image) => entries.filter((entry) => image === null || entry.image === image),
      count: entries.length,
      planes: (image) => (entries.some((entry) => entry.image === image) ? (this.planes[image] ?? 0) : 0),
      keys: [{ key: 'temperature', type: 'number', unit: '°C', source: 'thermometer' }],
      events: [{ time: 1.5, kind: 'note', frame: 1, text: 'bubble' }],
      globals: new Map<string, Json>([
        ['lab', { name: 'optics' }],
        ['benchframe/form', { sample: 'beads' }]
      ]),
      finish: { end: 'stop', frames: entries.length }
    }
  }

  /** What was acquired, in the kit's form. */
  expectation(): object {
    const kept = this.plan.images.filter((image) => this.entries.some((entry) => entry.image === image.index))
    const { storageOrder, axes, frame } = this.plan
    return {
      axes: [...storageOrder.map((at) => axes[at]?.name), 'y', 'x'],
      dtype: frame.pixelType,
      images: kept.map(({ name, index }) => {
        const sizes = imageSizes(this.plan, this.planes[index] ?? 0)
        return { name, shape: [...storageOrder.map((at) => sizes[at]), frame.height, frame.width] }
      }),
      frames: this.entries.map((entry, n) => ({
        image: kept.findIndex(({ index }) => index === entry.image),
        index: storageOrder.map((at) => entry.index[at]),
        sha256: this.hashes[n],
        metadata: recordOf(entry.frame)
      }))
    }
  }

  private fill(slot: number): PlacedFrame {
    const offset = slot * this.stride
    const pixels = new Uint8Array(this.memory.buffer, offset, this.bytes)
    fillFrame(pixels, this.next, BYTES_PER_PIXEL[this.plan.frame.pixelType])
    return { frame: this.next++, offset, ...this.router.next() }
  }

  private count({ frame, image, index, offset }: PlacedFrame): void {
    this.hashes.push(
      createHash('sha256')
        .update(new Uint8Array(this.memory.buffer, offset, this.bytes))
        .digest('hex')
    )
    this.entries.push({ frame, image, index, record: JSON.stringify(recordOf(frame)) })
    this.planes[image] = Math.max(this.planes[image] ?? 0, planeNumber(this.plan, index) + 1)
  }
}
