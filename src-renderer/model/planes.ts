/** The planes of an image: its axes without y, x and s, and the walk through all of them in storage order. */
import type { AxisInfo, ImageInfo } from '../../src-preload/contract/dataset'

export const planeAxes = (image: ImageInfo): AxisInfo[] =>
  image.axes.filter(({ name }) => !['y', 'x', 's'].includes(name.toLowerCase()))

export const planeCount = (image: ImageInfo): number => planeAxes(image).reduce((n, { size }) => n * size, 1)

/** Running number of a plane, last axis fastest. */
export const toPlane = (index: readonly number[], axes: readonly AxisInfo[]): number =>
  axes.reduce((n, { size }, i) => n * size + (index[i] ?? 0), 0)

export function fromPlane(plane: number, axes: readonly AxisInfo[]): number[] {
  const index: number[] = []
  let rest = plane
  for (let i = axes.length - 1; i >= 0; i--) {
    const size = axes[i]?.size ?? 1
    index[i] = rest % size
    rest = Math.floor(rest / size)
  }
  return index
}

/** Width of a pixel in µm; null where it has none in a unit of length. */
export const pixelSizeUm = (image: ImageInfo): number | null => stepUm(image, 'x')

/** Both sides of a pixel in µm; null where one is unknown. */
export function pixelSidesUm(image: ImageInfo): { readonly x: number; readonly y: number } | null {
  const [x, y] = [stepUm(image, 'x'), stepUm(image, 'y')]
  return x === null || y === null ? null : { x, y }
}

function stepUm(image: ImageInfo, name: 'x' | 'y'): number | null {
  const axis = image.axes.find((one) => one.name.toLowerCase() === name)
  if (axis?.scale === undefined || !(axis.scale > 0)) return null
  switch (axis.unit) {
    case 'µm':
    case 'μm':
    case 'um':
    case 'micrometer':
      return axis.scale
    case 'nm':
    case 'nanometer':
      return axis.scale / 1000
    case 'mm':
    case 'millimeter':
      return axis.scale * 1000
    default:
      return null
  }
}
