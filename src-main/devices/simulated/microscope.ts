/** The simulated microscope: camera, stage, laser, thermometer and trigger line that see one world. */
import type { CameraSettings, Device, MonoNs, Sensor } from '../device'
import { START_UM, wrapped } from './beads'
import { createSimulatedCamera, type SimulatedCamera } from './camera'
import type { PositionUm } from './frame-mark'
import { createSimulatedLaser, type SimulatedLaser } from './laser'
import { createSimulatedStage, type SimulatedStage } from './stage'
import { createSimulatedThermometer } from './thermometer'
import { createSimulatedTrigger, type SimulatedTrigger } from './trigger'
import { fieldOf } from './view'
import { createWorldClock } from './world-clock'

export interface SimulatedMicroscopeOptions extends Partial<CameraSettings> {
  readonly seed?: number
}

/** A bead and where it stands in the frame; the centre of the first pixel is at 0.5. */
export interface TrueBead {
  readonly id: number
  readonly xUm: number
  readonly yUm: number
  readonly zUm: number
  readonly unbleached: number
  readonly column: number
  readonly row: number
}

export interface Truth {
  readonly positionUm: PositionUm
  readonly pixelSizeUm: number
  /** Beads whose centre lies in the field. */
  readonly beads: readonly TrueBead[]
}

/** Values that real devices have in place of the simulated ones; absent: the simulated one's. */
export interface OutsideWorld {
  readonly positionUm?: Partial<PositionUm>
  readonly laserMw?: number
}

export interface SimulatedMicroscope {
  readonly camera: SimulatedCamera
  readonly stage: SimulatedStage
  readonly light: SimulatedLaser
  readonly thermometer: Sensor
  readonly trigger: SimulatedTrigger
  readonly all: readonly Device[]
  /** What the newest frame showed; for tests. */
  truth(): Promise<Truth>
  /** Lets the picture follow another stage or laser, such as a serial instrument's; null: its own again. */
  follow(source: (() => OutsideWorld) | null): void
  close(): Promise<void>
}

export function createSimulatedMicroscope(options: SimulatedMicroscopeOptions = {}): SimulatedMicroscope {
  const { seed = 1, ...wanted } = options
  const clock = createWorldClock()
  const stage = createSimulatedStage(clock)
  const light = createSimulatedLaser(clock)
  const thermometer = createSimulatedThermometer(seed, clock)
  const trigger = createSimulatedTrigger(clock)
  let outside: (() => OutsideWorld) | null = null
  let shown: PositionUm = START_UM

  const look = (at: MonoNs): { positionUm: PositionUm; laserMw: number } => {
    const seen = outside?.() ?? {}
    shown = { ...stage.positionAt(at), ...seen.positionUm }
    return { positionUm: shown, laserMw: Math.max(0, seen.laserMw ?? light.powerAt(at)) }
  }
  const camera = createSimulatedCamera(seed, { width: 512, height: 512, ...wanted }, clock, look)
  const all: readonly Device[] = [camera, stage, light, thermometer, trigger]

  async function truth(): Promise<Truth> {
    const { width, height } = camera.settings
    const field = fieldOf(camera.settings)
    const beads = (await camera.beads()).map((bead) => ({
      ...bead,
      column: field.column + wrapped(bead.xUm - shown.x) / field.pixelUm,
      row: field.row + wrapped(bead.yUm - shown.y) / field.pixelUm
    }))
    const inside = beads.filter((b) => b.column >= 0 && b.row >= 0 && b.column < width && b.row < height)
    return { positionUm: shown, pixelSizeUm: field.pixelUm, beads: inside }
  }

  return {
    camera,
    stage,
    light,
    thermometer,
    trigger,
    all,
    truth,
    follow(source) {
      outside = source
    },
    async close() {
      await Promise.all(all.map((device) => device.close()))
    }
  }
}
