import { describe, expect, it } from 'vitest'
import { parseJson } from '../../../src-main/datasets/json'

describe('parseJson', () => {
  it.each([
    ['{"a": [1, 2.5, -0, 1e3, "x\\n\\"\\u00b5", true, null, {}], "": []}'],
    ['"text"'],
    ['[]'],
    [' 12 ']
  ])('is JSON.parse for plain JSON: %s', (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text))
  })

  it('keeps every digit of integers that a double can not hold', () => {
    expect(
      parseJson('[9007199254740993, -18446744073709551615, 9007199254740992, 1234567890123456.5]')
    ).toEqual([9007199254740993n, -18446744073709551615n, 9007199254740992, 1234567890123456.5])
    expect(parseJson('{"9007199254740993": "9007199254740993", "x": 9007199254740993}')).toEqual({
      '9007199254740993': '9007199254740993',
      x: 9007199254740993n
    })
  })

  it('takes NaN and infinities, which Python writes, for null, and only outside of strings', () => {
    expect(parseJson('{"a": NaN, "b": [Infinity, -Infinity], "c": "NaN, \\\\", "d": "\\\\\\"NaN"}')).toEqual({
      a: null,
      b: [null, null],
      c: 'NaN, \\',
      d: '\\"NaN'
    })
  })

  it('keeps a key named __proto__ as a key', () => {
    const value = parseJson('{"__proto__": 1, "n": NaN}') as object
    expect(Object.keys(value)).toEqual(['__proto__', 'n'])
  })

  it.each([
    '',
    '{',
    '[1,]',
    '{"a" 1}',
    '[NaN',
    '{"a": NaN}}',
    '"a',
    '[NaN, "a\u0001"]',
    `${'['.repeat(300)}NaN${']'.repeat(300)}`
  ])('refuses %s', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError)
  })
})
