/**
 * Makes one simulated frame at a time, synchronously: background and noise, then beads, then the mark. Same seed, settings and order of
 * scenes give the same pixels. uint8 and uint16 are made in place; other pixel types are converted from 16 bits.
 */
import { BYTES_PER_PIXEL, frameBytes } from '../../../src-preload/contract/pixels'
import { createBackground, DEPTHS, type Background } from './background'
import { createBeadWorld, type Bead } from './beads'
import { convertPixels } from './convert-pixels'
import { markBright, writeFrameMark, type PositionUm } from './frame-mark'
import { gaussians, seededRandom } from './random'
import { fieldOf, SENSOR, type View } from './view'

/** What a frame shows besides the sample. */
export interface Scene {
  /** The camera's frame number. */
  readonly frame: number
  readonly positionUm: PositionUm
  readonly laserMw: number
  readonly exposureMs: number
}

export interface FrameGenerator {
  /** Takes another area or type; the sample stays as it is. */
  setView(view: View): void
  /** Writes one frame of `frameBytes(view)` bytes. */
  render(target: Uint8Array, scene: Scene): void
  beads(): readonly Bead[]
}

/** Electrons for one mW over one ms in a sensor pixel: of the background, and at the peak of a bright bead in focus. */
const BACKGROUND_ELECTRONS = 0.4
const BEAD_ELECTRONS = 6

export function createFrameGenerator(seed: number, view: View): FrameGenerator {
  const random = seededRandom(seed)
  const normal = gaussians(random, 1 << 20)
  const world = createBeadWorld(seed, normal)
  const backgrounds = new Map<8 | 16, Background>()
  let current = view
  let scratch: Uint16Array | null = null

  function backgroundOf(bits: 8 | 16): Background {
    const known = backgrounds.get(bits)
    if (known !== undefined) return known
    const made = createBackground(DEPTHS[bits], normal, random)
    backgrounds.set(bits, made)
    return made
  }

  function paint(pixels: Uint8Array | Uint16Array, scene: Scene): void {
    const depth = DEPTHS[pixels.BYTES_PER_ELEMENT === 1 ? 8 : 16]
    const { width, height, binning } = current
    const field = fieldOf(current)
    // Binned pixels add up what their sensor pixels caught.
    const energy = scene.laserMw * scene.exposureMs
    const caught = energy * binning ** 2
    backgroundOf(depth.bits).fill(pixels, current, SENSOR, caught * BACKGROUND_ELECTRONS)
    const half = Math.max(field.column, width - field.column, field.row, height - field.row)
    world.step(energy / 1000, half * field.pixelUm, scene.positionUm)
    if (energy > 0) world.draw(pixels, width, field, scene.positionUm, caught * BEAD_ELECTRONS, depth.gain)
    writeFrameMark(pixels, width, markBright(depth.bits), scene.frame, scene.positionUm)
  }

  function render(target: Uint8Array, scene: Scene): void {
    const { width, height, pixelType } = current
    const length = frameBytes(current)
    if (target.byteLength !== length) {
      throw new RangeError(`A frame has ${length} bytes, the place for it ${target.byteLength}`)
    }
    if (pixelType === 'uint8') return paint(target, scene)
    if (pixelType === 'uint16' && target.byteOffset % 2 === 0) {
      return paint(new Uint16Array(target.buffer, target.byteOffset, length / 2), scene)
    }
    if (scratch?.length !== width * height) scratch = new Uint16Array(width * height)
    paint(scratch, scene)
    convertPixels(
      scratch,
      new DataView(target.buffer, target.byteOffset, length),
      pixelType,
      BYTES_PER_PIXEL[pixelType]
    )
  }

  return {
    setView(wanted) {
      current = wanted
    },
    render,
    beads: () => world.list()
  }
}
