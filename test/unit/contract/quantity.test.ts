import { describe, expect, it } from 'vitest'
import type { Measure } from '../../../src-preload/contract/description'
import { readQuantity, shown } from '../../../src-preload/contract/quantity'

const understood: readonly (readonly [string, Measure, number, string])[] = [
  ['37 C', 'temperature', 37, '°C'],
  ['98.6 F', 'temperature', 37, '°C'],
  ['310.15K', 'temperature', 37, '°C'],
  ['−4', 'temperature', -4, '°C'],
  ['50 mW', 'power', 50, 'mW'],
  ['0.05W', 'power', 50, 'mW'],
  ['0.5 um', 'length', 0.5, 'µm'],
  ['0,5 μm', 'length', 0.5, 'µm'],
  ['500nm', 'length', 0.5, 'µm'],
  ['488', 'wavelength', 488, 'nm'],
  ['5 %', 'percent', 5, '%'],
  ['2 h', 'time', 7200, 's'],
  ['60x', 'magnification', 60, '×'],
  ['3 uM', 'dose', 3, 'µM'],
  ['10 ng/mL', 'dose', 10, 'ng/mL'],
  ['1e-3 M', 'dose', 0.001, 'M']
]

describe('numbers with units as people type them', () => {
  for (const [typed, measure, value, unit] of understood) {
    it(`${typed} is ${value} ${unit}`, () => {
      expect(readQuantity(typed, measure)).toEqual({ ok: true, value: { value, unit } })
    })
  }
  it('what is shown is understood again', () => {
    for (const [, measure, value, unit] of understood)
      expect(readQuantity(shown({ value, unit }), measure)).toEqual({ ok: true, value: { value, unit } })
  })
  it.each([
    ['37 bananas', 'temperature', 'bananas is no unit'],
    ['50 MW', 'power', 'MW is no unit'],
    ['5 mm', 'temperature', 'mm is no unit'],
    ['warm', 'temperature', 'not a number with a unit; write for example 37 °C'],
    ['3', 'dose', 'Which unit?'],
    ['1e999', 'number', 'too large'],
    ['-400 C', 'temperature', 'The least is -273.15 °C.']
  ] as const)('%s is refused in a sentence', (typed, measure, said) => {
    const read = readQuantity(typed, measure, measure === 'temperature' ? { min: -273.15 } : {})
    expect(read.ok ? '' : read.problem).toContain(said)
  })
})
