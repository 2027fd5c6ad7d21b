import { describe, expect, it } from 'vitest'
import {
  age,
  bytes,
  cell,
  fine,
  clock,
  count,
  percent,
  shortPath,
  span
} from '../../../src-renderer/model/format'
import { parseNumber } from '../../../src-renderer/model/number-input'

describe('values in words', () => {
  it('write an unknown as a dash, never as zero (U6)', () => {
    expect(bytes(null)).toBe('–')
    expect(span(null)).toBe('–')
    expect(age(null)).toBe('not read yet')
  })
  it('write sizes and times', () => {
    expect(bytes(999)).toBe('999 B')
    expect(bytes(182e9)).toBe('182 GB')
    expect(bytes(2_097_152)).toBe('2.10 MB')
    expect(clock(7)).toBe('0:07')
    expect(clock(3723)).toBe('1:02:03')
    expect(span(50_400)).toBe('14 h')
    expect(age(42_000)).toBe('42 s ago')
    expect(count(12345)).toBe('12\u202f345')
    expect(percent(0)).toBe('0 %')
    expect(percent(0.0004)).toBe('< 0.1 %')
  })
  it('write cells as they are, and a missing one blank (R11)', () => {
    expect(cell(null)).toBe('')
    expect(cell(37.176405234596764)).toBe('37.1764')
    expect(cell(3e-6)).toBe('0.000003')
    expect(cell(1e-9)).toBe('1e-9')
    expect(cell(0)).toBe('0')
    expect(cell(false)).toBe('false')
  })
  it('tell the ends of a scale from one another', () => {
    expect([fine(37.12, 0.03), fine(37.09, 0.03)]).toEqual(['37.120', '37.090'])
    expect(fine(37.12, 4)).toBe('37.1')
    expect(fine(12_345, 500)).toBe('12\u202f345')
    expect(fine(5, 0)).toBe('5.00')
    expect(fine(NaN, 1)).toBe('–')
  })
  it('shorten paths of both kinds', () => {
    expect(shortPath('/data/2026/11/run_1.ome.tiff')).toBe('…/11/run_1.ome.tiff')
    expect(shortPath('C:\\data\\run')).toBe('…/data/run')
    expect(shortPath('/data')).toBe('/data')
  })
})

describe('a typed number (F7)', () => {
  it('is read with point, comma and unit', () => {
    expect(parseNumber('12.5', {})).toEqual({ ok: true, value: 12.5 })
    expect(parseNumber(' 12,5 ms ', { unit: 'ms' })).toEqual({ ok: true, value: 12.5 })
    expect(parseNumber('1e3', {})).toEqual({ ok: true, value: 1000 })
  })
  it.each([
    ['', {}, 'A number is needed.'],
    ['abc', {}, 'That is not a number.'],
    ['0x10', {}, 'That is not a number.'],
    ['Infinity', {}, 'That is not a number.'],
    ['1,000,000', {}, 'That is not a number.'],
    ['1.5', { whole: true }, 'A whole number is needed.'],
    ['0', { min: 0.01, unit: 'ms' }, 'The least is 0.01 ms.'],
    ['101', { max: 100, unit: 'mW' }, 'The most is 100 mW.']
  ])('%j is refused in a sentence', (text, rules, problem) => {
    expect(parseNumber(text, rules)).toEqual({ ok: false, problem })
  })
})
