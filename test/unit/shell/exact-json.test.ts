import { expect, it } from 'vitest'
import { parseExactJson } from '../../../src-main/formats/exact-json'

it('keeps every digit of long integers and nothing else changes', () => {
  const text =
    '{"a":9007199254740993,"b":-18446744073709551616,"c":9007199254740991,"d":1.2345678901234567e20,"e":"9007199254740993","f":["\\"9007199254740993"],"__proto__":1}'
  const value = parseExactJson(text) as Record<string, unknown>
  expect(value.a).toBe(9007199254740993n)
  expect(value.b).toBe(-18446744073709551616n)
  expect(value.c).toBe(9007199254740991)
  expect(value.d).toBe(1.2345678901234567e20)
  expect(value.e).toBe('9007199254740993')
  expect(value.f).toEqual(['"9007199254740993'])
  expect(Object.keys(value)).toContain('__proto__')
  expect(() => parseExactJson('{"a":12345678901234567')).toThrow(SyntaxError)
})
