/**
 * The sample: fluorescent beads in a world that repeats every 2 mm, each with its place, brightness and bleaching. They diffuse, blur with
 * their distance from the focus and bleach by the light they get.
 */
import type { PositionUm } from './frame-mark'
import { seededRandom } from './random'
import type { Field } from './view'

export const WORLD_UM = 2000
/** The stage stands here at the start, with bead 0 in the middle of the field and in focus. */
export const START_UM: PositionUm = { x: 100, y: 200, z: 50 }

const BEADS = 5400
const DEPTH_UM = 12
const STEP_UM = 0.07
const SHARP_SIGMA_PX = 1.5
const BLUR_PX_PER_UM = 0.35
const MAX_RADIUS_PX = 24
/** Share of its brightness that a bead loses for one mJ; half is gone after about 10 J. */
const BLEACH_PER_MJ = 7e-5
const RECOVERY_PER_FRAME = 2e-6

export interface Bead {
  readonly id: number
  readonly xUm: number
  readonly yUm: number
  readonly zUm: number
  /** What is left of its first brightness, 0 to 1. */
  readonly unbleached: number
}

export interface BeadWorld {
  /** Lets one frame's worth of time pass: diffusion, and bleaching by `doseMj` for the beads near the field. */
  step(doseMj: number, fieldHalfUm: number, stage: PositionUm): void
  /** Adds the light of all beads in the field to the pixels; `electrons` is what a bead of brightness 1 gives in focus, at its peak. */
  draw(
    pixels: Uint8Array | Uint16Array,
    width: number,
    field: Field,
    stage: PositionUm,
    electrons: number,
    gain: number
  ): void
  list(): readonly Bead[]
}

export function createBeadWorld(seed: number, normal: Float32Array): BeadWorld {
  const random = seededRandom(seed ^ 0x5bead5)
  const x = new Float64Array(BEADS)
  const y = new Float64Array(BEADS)
  const z = new Float64Array(BEADS)
  const brightness = new Float32Array(BEADS)
  const unbleached = new Float32Array(BEADS).fill(1)
  for (let i = 0; i < BEADS; i++) {
    x[i] = random() * WORLD_UM
    y[i] = random() * WORLD_UM
    z[i] = START_UM.z + (2 * random() - 1) * DEPTH_UM
    brightness[i] = 0.3 + 0.7 * random()
  }
  x[0] = START_UM.x
  y[0] = START_UM.y
  z[0] = START_UM.z
  brightness[0] = 1

  const profileX = new Float32Array(2 * MAX_RADIUS_PX + 2)
  const profileY = new Float32Array(2 * MAX_RADIUS_PX + 2)

  function step(doseMj: number, fieldHalfUm: number, stage: PositionUm): void {
    const kept = Math.exp(-BLEACH_PER_MJ * doseMj)
    let pick = Math.floor(random() * normal.length)
    const draw = (): number => normal[(pick = (pick + 1) % normal.length)] as number
    for (let i = 0; i < BEADS; i++) {
      x[i] = (x[i] as number) + STEP_UM * draw()
      y[i] = (y[i] as number) + STEP_UM * draw()
      const lit =
        Math.abs(wrapped((x[i] as number) - stage.x)) < fieldHalfUm &&
        Math.abs(wrapped((y[i] as number) - stage.y)) < fieldHalfUm
      const left = (unbleached[i] as number) * (lit ? kept : 1)
      unbleached[i] = left + (1 - left) * RECOVERY_PER_FRAME
    }
  }

  function draw(
    pixels: Uint8Array | Uint16Array,
    width: number,
    field: Field,
    stage: PositionUm,
    electrons: number,
    gain: number
  ): void {
    const height = pixels.length / width
    const top = pixels.BYTES_PER_ELEMENT === 2 ? 65_535 : 255
    let noise = Math.floor(random() * normal.length)
    for (let i = 0; i < BEADS; i++) {
      const px = field.column + wrapped((x[i] as number) - stage.x) / field.pixelUm
      const py = field.row + wrapped((y[i] as number) - stage.y) / field.pixelUm
      if (
        px < -MAX_RADIUS_PX ||
        py < -MAX_RADIUS_PX ||
        px > width + MAX_RADIUS_PX ||
        py > height + MAX_RADIUS_PX
      )
        continue
      const blur = Math.hypot(SHARP_SIGMA_PX, BLUR_PX_PER_UM * ((z[i] as number) - stage.z))
      const sigma = blur / field.binning
      const sharpness = (SHARP_SIGMA_PX / blur) ** 2
      const peak = electrons * sharpness * (brightness[i] as number) * (unbleached[i] as number)
      if (peak < 0.5) continue
      const radius = Math.min(MAX_RADIUS_PX, Math.ceil(2.7 * sigma))
      const left = Math.max(0, Math.floor(px - radius))
      const right = Math.min(width, Math.ceil(px + radius))
      const up = Math.max(0, Math.floor(py - radius))
      const down = Math.min(height, Math.ceil(py + radius))
      gaussianProfile(profileX, left, right, px, sigma)
      gaussianProfile(profileY, up, down, py, sigma)
      for (let row = up; row < down; row++) {
        const rowPeak = peak * (profileY[row - up] as number)
        if (rowPeak < 0.5) continue
        for (let at = row * width + left, column = 0; column < right - left; column++, at++) {
          const light = rowPeak * (profileX[column] as number)
          if (++noise === normal.length) noise = 0
          const value =
            (pixels[at] as number) + gain * (light + Math.sqrt(light) * (normal[noise] as number)) + 0.5
          pixels[at] = value > top ? top : value < 0 ? 0 : value
        }
      }
    }
  }

  function list(): readonly Bead[] {
    return Array.from(x, (xUm, id) => ({
      id,
      xUm,
      yUm: y[id] as number,
      zUm: z[id] as number,
      unbleached: unbleached[id] as number
    }))
  }

  return { step, draw, list }
}

/** The shortest way round a world that repeats. */
export function wrapped(distanceUm: number): number {
  return distanceUm - WORLD_UM * Math.round(distanceUm / WORLD_UM)
}

function gaussianProfile(out: Float32Array, from: number, to: number, centre: number, sigma: number): void {
  const scale = -0.5 / (sigma * sigma)
  for (let i = from; i < to; i++) {
    const d = i + 0.5 - centre
    out[i - from] = Math.exp(scale * d * d)
  }
}
