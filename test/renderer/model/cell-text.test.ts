import { expect, it } from 'vitest'
import { cellTyped, cellValue } from '../../../src-renderer/model/cell-text'

it('what is typed into a cell becomes a number, a truth or a text, and comes back as it was', () => {
  expect(['', '37.5', '-1e3', 'true', "'true", "'42", 'divides? 😀', ' 7 ', '1_0'].map(cellValue)).toEqual([
    null,
    37.5,
    -1000,
    true,
    'true',
    '42',
    'divides? 😀',
    7,
    '1_0'
  ])
  for (const value of ['42', 'true', "'x", '12345678901234567890', '007 bond', 3.25, false, null])
    expect(cellValue(cellTyped(value))).toBe(value)
})
