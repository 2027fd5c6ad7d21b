// The way from well to well on a plate that is not full.
import { expect, it } from 'vitest'
import type { PlateMap } from '../../../src-preload/contract/plate'
import { nextWell, wellOf } from '../../../src-renderer/model/plate-walk'

const PLATE: PlateMap = {
  name: '',
  rows: ['A', 'B', 'C'],
  columns: ['1', '2', '3', '4'],
  wells: [
    { row: 0, column: 0, images: [0, 1], frames: 2 },
    { row: 0, column: 1, images: [], frames: 0 },
    { row: 0, column: 3, images: [2], frames: 1 },
    { row: 2, column: 1, images: [3], frames: 1 },
    { row: 1, column: 2, images: [4], frames: 1 }
  ]
}
const name = (image: number, direction: 'up' | 'down' | 'left' | 'right'): number | null => {
  const at = wellOf([PLATE], image)
  return at === null ? null : (nextWell(PLATE, at.well, direction)?.images[0] ?? null)
}

it('goes along the line first, over wells that were not acquired', () => {
  expect(name(1, 'right')).toBe(2)
  expect(name(2, 'left')).toBe(0)
})

it('goes to the nearest line where its own has no more, and stays at the end', () => {
  expect(name(0, 'down')).toBe(3)
  expect(name(3, 'right')).toBe(4)
  expect(name(4, 'down')).toBe(3)
  expect(name(2, 'right')).toBeNull()
  expect(name(0, 'up')).toBeNull()
})

it('knows the field of an image, and images of no well', () => {
  expect(wellOf([PLATE], 1)).toMatchObject({ plate: 0, field: 1, well: { row: 0, column: 0 } })
  expect(wellOf([PLATE], 9)).toBeNull()
})
