// Axes to put layouts together from.
import type { Dimension } from '../../src-main/formats/settings'

export const T = (more: Partial<Dimension> = {}): Dimension => ({
  name: 't',
  count: null,
  type: 'time',
  ...more
})
export const C = (more: Partial<Dimension> = {}): Dimension => ({
  name: 'c',
  count: 3,
  type: 'channel',
  coords: [{ name: 'DAPI', color: '#0000ff' }, { name: 'GFP' }, { name: 'bright field' }],
  ...more
})
export const Z = (more: Partial<Dimension> = {}): Dimension => ({
  name: 'z',
  count: 2,
  type: 'space',
  unit: 'micrometer',
  scale: 0.5,
  ...more
})
export const YX = (
  height: number,
  width: number,
  y: Partial<Dimension> = {},
  x: Partial<Dimension> = {}
): Dimension[] => [
  { name: 'y', count: height, type: 'space', unit: 'micrometer', scale: 0.1, ...y },
  { name: 'x', count: width, type: 'space', unit: 'micrometer', scale: 0.1, translation: 5, ...x }
]
export const P: Dimension = {
  name: 'p',
  count: 2,
  type: 'position',
  coords: [{ name: 'left edge' }, { name: '../OME' }]
}
