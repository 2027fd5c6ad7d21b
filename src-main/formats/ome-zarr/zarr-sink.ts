/** OME-Zarr 0.5 as a sink: creates the hierarchy, gives frames to all levels, lets the arrays grow with what is complete, and finishes all documents. */
import { dirname } from 'node:path'
import { onDisk } from '../disk'
import type { FileSink, Location, PlacedFrame, RecordSource, StreamPlan } from '../file-sink'
import { replaceDocuments } from './document-batch'
import { addGroups, imagesWithFrames, writeFinalDocuments } from './documents'
import type { HierarchyInput } from './hierarchy'
import { LevelWriter, type ZarrSinkDeps } from './level-writer'
import { LowerLevels } from './lower-levels'
import { removeTree } from './open-files'
import { Windows } from './windows'

/** Creates the folder of the dataset, which must not be there yet, and all documents of an empty one. */
export function createZarrSink(plan: StreamPlan, deps: ZarrSinkDeps): FileSink {
  const { disk } = deps
  const root = plan.zarrPath as string
  onDisk(`create ${root}`, () => disk.makeFolder(root))
  const sink = new ZarrSink(plan, deps, root)
  try {
    sink.begin()
  } catch (error) {
    sink.remove()
    throw error
  }
  return sink
}

const GROW_EVERY_MS = 1000

class ZarrSink implements FileSink {
  readonly kind = 'ome-zarr'
  private readonly full: LevelWriter
  private readonly lower: LowerLevels
  private readonly levels: readonly LevelWriter[]
  private readonly windows: Windows
  private readonly channelAt: number
  /** Of the newest plane that came or was skipped. */
  private ordinal = -1
  /** Time before which arrays are not shown grown. */
  private growAfter = 0
  private isOpen = true

  constructor(
    private readonly plan: StreamPlan,
    private readonly deps: ZarrSinkDeps,
    readonly path: string
  ) {
    this.full = new LevelWriter(plan, 0, deps)
    this.lower = new LowerLevels(plan, deps)
    this.levels = [this.full, ...this.lower.writers]
    this.windows = new Windows(plan.frame.pixelType)
    this.channelAt = plan.axes.findIndex((axis) => axis.type === 'channel')
  }

  begin(): void {
    const { plan, deps, path } = this
    // Not durable: until the first sync there is nothing that these would lead to.
    replaceDocuments(
      deps.disk,
      (batch) => {
        for (const level of this.levels) level.begin(batch)
        addGroups(batch, deps.disk, { ...this.documents(), images: plan.images, records: null })
      },
      false
    )
    this.full.noteFolders([dirname(path), path])
  }

  write(frames: readonly PlacedFrame[]): readonly Location[] {
    try {
      const locations = this.full.write(frames)
      this.lower.write(frames)
      for (const frame of frames) {
        this.pass(frame.image, frame.index)
        this.look(frame)
      }
      for (const level of this.levels) level.complete(this.ordinal)
      for (const level of this.levels) level.commit(this.ordinal)
      return locations
    } catch (error) {
      for (const level of this.levels) level.takeBack()
      throw error
    }
  }

  skip(image: number, index: readonly number[]): void {
    this.pass(image, index)
  }

  checkpoint(): void {
    for (const level of this.levels) {
      level.settle(this.ordinal)
      level.publish()
    }
  }

  sync(): void {
    for (const level of this.levels) level.sync()
    const start = performance.now()
    if (start < this.growAfter) return
    let grown = 0
    replaceDocuments(this.deps.disk, (batch) => {
      // The full level last: what it shows, the others have.
      for (const level of [...this.lower.writers, this.full]) grown += level.grow(batch, this.ordinal)
    })
    // Documents of very many positions must not take more than a tenth of the time.
    const tookMs = performance.now() - start
    if (grown > 0) this.growAfter = start + Math.max(GROW_EVERY_MS, 10 * tookMs)
  }

  finish(records: RecordSource): void {
    const { plan, deps } = this
    for (const level of this.levels) {
      level.settle(Infinity)
      level.sync()
    }
    writeFinalDocuments(deps.disk, { ...this.documents(), images: imagesWithFrames(plan, records), records })
    this.abandon()
  }

  remove(): void {
    this.abandon()
    removeTree(this.deps.disk, this.path)
  }

  abandon(): void {
    if (!this.isOpen) return
    this.isOpen = false
    for (const level of this.levels) level.close()
  }

  private documents(): Pick<HierarchyInput, 'plan' | 'grid' | 'window'> {
    const window = (image: number, channel: number) => this.windows.of(image, channel)
    return { plan: this.plan, grid: this.full.grid, window }
  }

  private pass(image: number, index: readonly number[]): void {
    this.ordinal = Math.max(this.ordinal, this.full.order.ordinal(image, index))
  }

  private look({ image, index, offset }: PlacedFrame): void {
    const channel = this.channelAt === -1 ? 0 : (index[this.channelAt] as number)
    this.windows.look(image, channel, this.deps.memory.buffer, offset, this.full.grid.frameBytes)
  }
}
