import { describe, expect, test } from 'vitest'
import {
  commands,
  dialect,
  mustBeOk,
  parse,
  parseIdentity
} from '../../../../src-main/devices/bench-instrument/protocol'
import { createQuantity, readingOf } from '../../../../src-main/devices/serial/quantities'

describe('the language of the bench instrument', () => {
  test('writes commands that name only what they mean', () => {
    expect(commands.move({ z: -0.5 })).toBe('MOVE z=-0.50')
    expect(commands.move({ x: 1, y: 2.345, z: 3 })).toBe('MOVE x=1.00 y=2.35 z=3.00')
    expect(commands.power(7)).toBe('LASER power=7.00')
  })

  test('reads reports', () => {
    expect(parse('POS x=1.50 y=-2.00 z=0.00 moving=1')).toEqual({
      kind: 'position',
      place: { x: 1.5, y: -2, z: 0 },
      moving: true
    })
    expect(parse('LASER on=0 set=50.00 read=0.00')).toEqual({
      kind: 'laser',
      on: false,
      setMw: 50,
      readMw: 0
    })
    expect(parse('TEMP -3.125')).toEqual({ kind: 'temperature', celsius: -3.125 })
    expect(parse('TRIG 12 3456789')).toEqual({ kind: 'edge', sequence: 12, sourceUs: 3_456_789 })
  })

  test.each([
    'POS x=1 y=2',
    'TEMP warm',
    'TEMP 37.5 38.5',
    'TRIG -1 5',
    'LASER on=2 set=1 read=1',
    'TEMP 3e5',
    ''
  ])('takes “%s” for nothing', (line) => {
    expect(parse(line)).toBeNull()
    expect(dialect.kindOf(`!${line}`, false)).toBe('garbage')
  })

  test('tells answers, pushes and garbage apart by their form', () => {
    expect(['OK', 'ERR 1 x', 'ID a', 'SYNC 4', 'POS x=1'].map((line) => dialect.kindOf(line, true))).toEqual(
      Array(5).fill('answer')
    )
    expect(dialect.kindOf('!TEMP 36.6', true)).toBe('push')
    expect(['OKAY', 'HALF-OK', '#?!', 'TRIG 1 2'].map((line) => dialect.kindOf(line, true))).toEqual(
      Array(4).fill('garbage')
    )
  })

  test('knows its own kind, and nothing else', () => {
    expect(parseIdentity('/dev/x', 'ID benchframe-bench 1 sn=BF7').serialNumber).toBe('BF7')
    expect(() => parseIdentity('/dev/x', 'ID toaster 1 sn=BF7')).toThrow('no benchframe bench instrument')
  })

  test('a refusal and a strange answer are different failures', () => {
    expect(() => mustBeOk('Bench', 'STOP', 'OK')).not.toThrow()
    expect(() => mustBeOk('Bench', 'STOP', 'ERR 3 no')).toThrow(
      expect.objectContaining({ code: 'device.refused' }) as Error
    )
    expect(() => mustBeOk('Bench', 'STOP', 'TEMP 1')).toThrow(
      expect.objectContaining({ code: 'device.protocol' }) as Error
    )
  })
})

describe('a quantity', () => {
  const key = { key: 'temperature', type: 'number', unit: '°C' } as const
  const ms = (value: number): bigint => BigInt(value) * 1_000_000n

  test('is absent before its first value (M2)', () => {
    expect(
      readingOf(
        key,
        createQuantity<number>(() => true),
        0n
      )
    ).toEqual([])
  })

  test('is stale after three of its usual intervals, and at once when its device is lost', () => {
    let alive = true
    const quantity = createQuantity<number>(() => alive)
    for (let i = 0; i <= 600; i++) quantity.take(i, ms(i * 200))
    const last = 600 * 200
    expect(quantity.stale(ms(last + 500))).toBe(false)
    expect(quantity.stale(ms(last + 700))).toBe(true)
    quantity.take(1, ms(last + 700))
    expect(quantity.stale(ms(last + 800))).toBe(false)
    alive = false
    expect(readingOf(key, quantity, ms(last + 800))).toEqual([
      { key, value: 1, at: ms(last + 700), stale: true }
    ])
  })

  test('says when a value is news', () => {
    const quantity = createQuantity<boolean>(() => true)
    expect([quantity.take(true, 1n), quantity.take(true, 2n), quantity.take(false, 3n)]).toEqual([
      true,
      false,
      true
    ])
  })
})
