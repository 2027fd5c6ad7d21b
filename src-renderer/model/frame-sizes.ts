/** The frame sizes offered for a camera: common squares that fit on its sensor, the whole of it, and whatever it has now. */
import type { SensorArea, SensorSize } from '../../src-preload/contract/pixels'

const SQUARES = [256, 512, 1024, 2048]

interface FrameSize {
  readonly width: number
  readonly height: number
}
export interface FrameSizeChoice {
  readonly value: string
  readonly label: string
}

/** All of the sensor at the present binning. */
export const wholeFrame = ({ width, height }: SensorSize, { binning }: SensorArea): FrameSize => ({
  width: Math.floor(width / binning),
  height: Math.floor(height / binning)
})

export function isWhole(sensor: SensorSize, area: SensorArea): boolean {
  const whole = wholeFrame(sensor, area)
  return area.width === whole.width && area.height === whole.height
}

export function frameSizes(sensor: SensorSize, area: SensorArea): readonly FrameSizeChoice[] {
  const whole = wholeFrame(sensor, area)
  const squares = SQUARES.filter((side) => side <= Math.min(whole.width, whole.height))
  const sizes: readonly FrameSize[] = [...squares.map((side) => ({ width: side, height: side })), whole, area]
  const choices = sizes.map(({ width, height }) => ({
    value: `${width}x${height}`,
    label: `${width} × ${height}`
  }))
  const last = new Map(choices.map((choice) => [choice.value, choice]))
  return [...last.values()]
}
