/** Smaller levels of an image in OME-Zarr: the plan of each, and its frames out of those of the level before. */
import { frameBytes } from '../../../src-preload/contract/pixels'
import type { PixelMemory } from '../direct-file'
import type { PlacedFrame, StreamPlan } from '../file-sink'
import { slotStride } from '../frame-pool'
import { sharedMemory } from '../codecs/kernel'
import { half, reduce, viewOf } from '../halve'

type Side = StreamPlan['y']

/** A side that was one chunk stays one; else its chunks keep their size, down to a side that is smaller. */
function halfSide(side: Side, size: number): Side {
  const pieces = Math.ceil(size / side.chunk)
  const chunk = Math.min(side.chunk, half(size))
  const shardChunks =
    side.shardChunks === null ? null : Math.min(side.shardChunks, Math.ceil(half(size) / chunk))
  // Averaging two pixels moves the middle of the first one by half a pixel of the finer level (NGFF 0.5, coordinateTransformations).
  const scale = side.scale ?? 1
  const translation = (side.translation ?? 0) + scale / 2
  const halved = { ...side, scale: scale * 2, translation }
  return pieces === 1 ? { ...halved, chunk: half(size) } : { ...halved, chunk, shardChunks }
}

function nextLevel(plan: StreamPlan): StreamPlan {
  const { width, height, pixelType } = plan.frame
  return {
    ...plan,
    frame: { width: half(width), height: half(height), pixelType },
    y: halfSide(plan.y, height),
    x: halfSide(plan.x, width)
  }
}

/** The plan of each level, the full one first. */
export function levelPlans(plan: StreamPlan): StreamPlan[] {
  const plans = [plan]
  for (let level = 1; level <= (plan.pyramidLevels ?? 0); level++) {
    plans.push(nextLevel(plans[level - 1] as StreamPlan))
  }
  return plans
}

/** As many frames as the writer gives at once. */
const MOST_FRAMES = 1025
const MOST_BYTES = 80 * 1024 * 1024

/** Makes the frames of one level out of those of the level before, in a memory of its own. */
export class Reducer {
  readonly memory: WebAssembly.Memory
  private readonly stride: number
  private readonly capacity: number

  constructor(
    private readonly finer: StreamPlan,
    private readonly coarser: StreamPlan,
    private readonly source: PixelMemory
  ) {
    this.stride = slotStride(frameBytes(coarser.frame))
    const finerBytes = frameBytes(finer.frame) * (finer.frame.width / coarser.frame.width) ** 2
    this.capacity = Math.max(2, Math.min(MOST_FRAMES, Math.ceil(MOST_BYTES / finerBytes)))
    this.memory = sharedMemory(this.capacity * this.stride)
  }

  frames(frames: readonly PlacedFrame[]): PlacedFrame[] {
    if (frames.length > this.capacity)
      throw new Error(`${frames.length} frames at once; there is room for ${this.capacity}.`)
    const { finer, coarser } = this
    const { width, height, pixelType } = finer.frame
    return frames.map((frame, n) => {
      const offset = n * this.stride
      const from = viewOf(pixelType, this.source.buffer, frame.offset, width * height)
      const to = viewOf(pixelType, this.memory.buffer, offset, coarser.frame.width * coarser.frame.height)
      reduce(from, width, height, to, pixelType)
      return { ...frame, offset }
    })
  }
}
