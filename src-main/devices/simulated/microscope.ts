/** The simulated microscope: camera, stage, laser, thermometer and trigger line that see one world. */
import type { PixelType } from '../../../src-preload/contract/pixels'
import type { Device, MonoNs, Sensor } from '../device'
import { PIXEL_SIZE_UM, START_UM, wrapped } from './beads'
import { createSimulatedCamera, type SimulatedCamera } from './camera'
import type { PositionUm } from './frame-mark'
import { createSimulatedLaser, type SimulatedLaser } from './laser'
import { createSimulatedStage, type SimulatedStage } from './stage'
import { createSimulatedThermometer } from './thermometer'
import { createSimulatedTrigger, type SimulatedTrigger } from './trigger'
import { createWorldClock } from './world-clock'

export interface SimulatedMicroscopeOptions {
  readonly seed?: number
  readonly width?: number
  readonly height?: number
  readonly pixelType?: PixelType
  readonly exposureMs?: number
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
  const { seed = 1, width = 512, height = 512, pixelType = 'uint16', exposureMs = 10 } = options
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
  const camera = createSimulatedCamera(seed, { width, height, pixelType, exposureMs }, clock, look)
  const all: readonly Device[] = [camera, stage, light, thermometer, trigger]

  async function truth(): Promise<Truth> {
    const field = camera.settings
    const beads = (await camera.beads()).map((bead) => ({
      ...bead,
      column: field.width / 2 + wrapped(bead.xUm - shown.x) / PIXEL_SIZE_UM,
      row: field.height / 2 + wrapped(bead.yUm - shown.y) / PIXEL_SIZE_UM
    }))
    const inside = beads.filter(
      (b) => b.column >= 0 && b.row >= 0 && b.column < field.width && b.row < field.height
    )
    return { positionUm: shown, pixelSizeUm: PIXEL_SIZE_UM, beads: inside }
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
