/** What a legal record is, and its JSON text. */
import { describe, expect, test } from 'vitest'
import type { FrameRecord } from '../../../src-preload/contract/record'
import { parseExactJson } from '../../../src-main/formats/exact-json'
import { RecordRules } from '../../../src-main/formats/record-rules'

const text = (record: object): string => new RecordRules(() => undefined).text(record as FrameRecord)

test.each<[object, string]>([
  [{}, '{}'],
  [{ b: 1, a: 'x' }, '{"b":1,"a":"x"}'],
  [{ n: [0.1, 1e-7, 1e21, -0, 100] }, '{"n":[0.1,1e-7,1e+21,-0,100]}'],
  [{ big: 12345678901234567890n }, '{"big":12345678901234567890}'],
  [
    { yes: true, none: null, list: [1, ['a', {}]], deep: { a: { b: null } } },
    '{"yes":true,"none":null,"list":[1,["a",{}]],"deep":{"a":{"b":null}}}'
  ],
  [{ at: new Date(Date.UTC(2026, 0, 27, 2, 33, 5)) }, '{"at":"2026-01-27T02:33:05.000Z"}'],
  [{ gone: undefined, kept: 1 }, '{"kept":1}'],
  [{ text: 'a"\\\u0001é\n' }, '{"text":"a\\"\\\\\\u0001é\\n"}'],
  [{ delta_t: 0.5, position_x: null, position_y: NaN }, '{"delta_t":0.5}'],
  [JSON.parse('{"__proto__": 1, "constructor": 2}') as object, '{"__proto__":1,"constructor":2}']
])('%o is stored as %s', (record, json) => {
  expect(text(record)).toBe(json)
})

test('what is stored comes back', () => {
  const record = {
    a: 'ü\u2028',
    b: [1, null, { c: false }],
    n: 37.176405234596764,
    big: -98765432109876543210n,
    long: 'x'.repeat(1e6)
  }
  expect(parseExactJson(text(record))).toEqual(record)
})

describe('refused', () => {
  test.each<[object, string]>([
    [{ '': 1 }, 'A key of the metadata is empty'],
    [{ storage_index: [0] }, 'The key storage_index is written by Benchframe itself'],
    [{ delta_t: '1' }, 'delta_t is "1"; allowed is a number or null'],
    [{ position_z: [1] }, 'position_z is 1; allowed is a number or null'],
    [{ f: () => 1 }, 'f is a function'],
    [{ a: { b: [Symbol('s')] } }, 'a.b[0] is a symbol'],
    [{ m: new Map() }, 'm is a Map'],
    [{ a: new Uint8Array(2) }, 'a is a Uint8Array'],
    [{ d: new Date(NaN) }, 'd is a date that is none'],
    [[1], 'The metadata of a frame is no object']
  ])('%o', (record, message) => {
    expect(() => text(record)).toThrow(message)
  })

  test('a value that holds itself', () => {
    const loop: unknown[] = []
    loop.push(loop)
    expect(() => text({ loop })).toThrow('nested more than 100 deep')
  })

  test('and then nothing has changed', () => {
    const rules = new RecordRules(() => undefined)
    expect(() => rules.text({ fresh: 1, storage_index: 2 })).toThrow()
    expect(rules.takeFresh()).toEqual([])
  })
})

test('NaN and infinities become null, and the key is named once', () => {
  const said: string[] = []
  const rules = new RecordRules((sentence) => said.push(sentence))
  for (let i = 0; i < 3; i++)
    expect(rules.text({ t: NaN, list: [Infinity] })).toBe('{"t":null,"list":[null]}')
  expect(said).toEqual([
    't was not a finite number and is stored as null.',
    'list[0] was not a finite number and is stored as null.'
  ])
})

test('new keys are told once, with the type they came with', () => {
  const rules = new RecordRules(() => undefined)
  rules.describe({ key: 'known', type: 'number', unit: '°C' })
  rules.text({ known: 1, a: 'x', b: 1n, c: true, d: null, e: [], delta_t: 1 })
  expect(rules.takeFresh()).toEqual([
    { key: 'a', type: 'text' },
    { key: 'b', type: 'number' },
    { key: 'c', type: 'boolean' },
    { key: 'd', type: 'null' },
    { key: 'e', type: 'json' },
    { key: 'delta_t', type: 'number' }
  ])
  rules.text({ a: 1 })
  expect(rules.takeFresh()).toEqual([])
})

test('T11 a record takes well under 100 µs', () => {
  const rules = new RecordRules(() => undefined)
  const record = {
    delta_t: 0.1,
    exposure_time: 0.01,
    position_x: 1,
    position_y: 2,
    position_z: 3,
    temperature: 37.1,
    laser: 50,
    source: 'serial'
  }
  for (let i = 0; i < 2000; i++) rules.text(record)
  const start = performance.now()
  for (let i = 0; i < 10_000; i++) rules.text({ ...record, temperature: i })
  expect((performance.now() - start) / 10_000).toBeLessThan(0.05)
})
