/** The frame sizes offered for a camera: common squares, and whatever it has now. */
import type { FrameFormat } from '../../src-preload/contract/pixels'

const SQUARES = [256, 512, 1024, 2048]

export function frameSizes(now: FrameFormat | null): { value: string; label: string }[] {
  const choice = (width: number, height: number): { value: string; label: string } => ({
    value: `${width}x${height}`,
    label: `${width} × ${height}`
  })
  const squares = SQUARES.map((side) => choice(side, side))
  if (now === null || (now.width === now.height && SQUARES.includes(now.width))) return squares
  return [choice(now.width, now.height), ...squares]
}
