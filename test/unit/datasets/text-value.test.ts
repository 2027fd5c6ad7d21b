import { describe, expect, it } from 'vitest'
import type { Json, KeyType } from '../../../src-preload/contract/record'
import { canonicalNumber, typedValue } from '../../../src-main/datasets/records/text-value'

describe('a text whose type is not known', () => {
  it.each([
    ['37.17', 37.17],
    ['-0.5', -0.5],
    ['50.0', 50],
    ['1e-300', 1e-300],
    ['1e-07', 1e-7],
    ['3E-06', 3e-6],
    ['1.7976931348623157e+308', Number.MAX_VALUE],
    ['100000', 100000],
    ['9007199254740993', 9007199254740993n]
  ] as const)('is the number %s where a program spells it so', (text, value) => {
    expect(typedValue(text, null)).toEqual(value)
  })

  it.each([
    '',
    ' 1',
    '1 ',
    '007',
    '+1',
    '1,5',
    '0x10',
    '1_000',
    'NaN',
    'Infinity',
    '-',
    '1.',
    '.5',
    '1.50',
    '2026-01-27',
    'true',
    'null',
    '-0',
    '1e5'
  ])('stays a text: "%s"', (text) => {
    expect(typedValue(text, null)).toBe(text)
  })
})

describe('a text of a known type', () => {
  it.each([
    ['12', 'text', '12'],
    ['12', 'number', 12],
    ['1.50', 'number', 1.5],
    ['9007199254740993', 'number', 9007199254740993n],
    ['true', 'boolean', true],
    ['true', 'text', 'true'],
    ['null', 'null', null],
    ['[1,{"a":null}]', 'json', [1, { a: null }]],
    ['x', 'number', 'x'],
    ['maybe', 'boolean', 'maybe'],
    ['{broken', 'json', '{broken']
  ] as readonly (readonly [string, KeyType, Json])[])('%s as %s', (text, type, value) => {
    expect(typedValue(text, type)).toEqual(value)
  })
})

it('a canonical number spells itself', () => {
  for (const number of [0, 1, -1, 0.1, 1e21, 1e-7, 123456789.125])
    expect(canonicalNumber(String(number))).toBe(number)
})
