import { describe, expect, test } from 'vitest'
import { NUMBER_FORMS, readNumber, writeNumber } from '../../../../src-main/devices/profiles/byte-numbers'
import { compileTemplate } from '../../../../src-main/devices/profiles/template'
import { valuesOf } from '../../../../src-main/devices/profiles/values'

const bytes = (text: string): number[] => [...Buffer.from(text, 'latin1')]

describe('numbers as bytes', () => {
  test.each(NUMBER_FORMS.filter((form) => !form.startsWith('f')))(
    '%s: its least, its most and what lies between come back',
    (form) => {
      const bits = parseInt(form.slice(1), 10)
      const signed = form.startsWith('i')
      const least = signed ? -(2 ** (bits - 1)) : 0
      const most = 2 ** (signed ? bits - 1 : bits) - 1
      for (const value of [least, least + 1, 0, 1, 13, most - 1, most]) {
        expect(readNumber(writeNumber(value, form), form)).toBe(value)
      }
      expect(() => writeNumber(most + 1, form)).toThrow('does not fit')
      expect(() => writeNumber(least - 1, form)).toThrow('does not fit')
      expect(() => writeNumber(NaN, form)).toThrow('does not fit')
    }
  )

  test.each(['f32le', 'f32be', 'f32mid'] as const)(
    '%s: what has a point comes back as it is written',
    (form) => {
      for (const value of [0, 37.1, -273.15, 1e-7, 3.4e38, 16_777_217 - 1, -0.1])
        expect(readNumber(writeNumber(value, form), form)).toBe(value)
      for (const value of [1e39, NaN, Infinity])
        expect(() => writeNumber(value, form)).toThrow('does not fit')
      expect(readNumber('\u00ff\u00ff\u00ff\u00ff', form)).toBeNull()
    }
  )

  test('are in the order of bytes that their form says', () => {
    expect(bytes(writeNumber(-2, 'i32le'))).toEqual([0xfe, 0xff, 0xff, 0xff])
    expect(bytes(writeNumber(0x1234, 'u16be'))).toEqual([0x12, 0x34])
    expect(bytes(writeNumber(0x01020304, 'u32mid'))).toEqual([3, 4, 1, 2])
    expect(bytes(writeNumber(1, 'f32be'))).toEqual([0x3f, 0x80, 0, 0])
    expect(bytes(writeNumber(1, 'f32mid'))).toEqual([0, 0, 0x3f, 0x80])
  })

  test('are unknown when bytes are missing', () => {
    expect(readNumber('\u0001', 'u16le')).toBeNull()
    expect(valuesOf({ n: '\u0001' }, { n: { number: 'u16le' } })).toEqual({})
  })

  test('fill templates, times a factor', () => {
    expect(bytes(compileTemplate('S{x*20:i32le}', {}).render({ x: 100.05 }))).toEqual([
      0x53, 0xd1, 0x07, 0, 0
    ])
    expect(() => compileTemplate('{x:u13le}', {})).toThrow('form of a number')
  })

  test('keep the bits of a mask, the highest one too', () => {
    const field = { number: 'u32le', mask: 0x800002f0 } as const
    expect(valuesOf({ n: '\u0010\u0005\u0000\u0080' }, { n: field })).toEqual({ n: 0x80000010 })
  })
})
