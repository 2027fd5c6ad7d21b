import { describe, expect, test } from 'vitest'
import { readProfile } from '../../../../src-main/devices/profiles/profile'
import { shippedProfiles } from '../../../../src-main/devices/profiles/shipped'
import { createSpeaker } from '../../../../src-main/devices/profiles/speaker'
import { valuesOf, valuesOfJson } from '../../../../src-main/devices/profiles/values'

const least = {
  schema: 1,
  id: 'x',
  label: 'X',
  proof: 'never on hardware',
  port: { baud: 9600, lineEnd: '\n', timeoutMs: 100 },
  identify: { command: 'who', expect: '^X' },
  commands: { who: { send: 'WHO' } }
}

describe('a profile', () => {
  test('is taken when it says the least that it must', () => {
    expect(readProfile(least, 'x').identify.expect).toBeInstanceOf(RegExp)
  })

  test.each([
    ['a wrong field', { ...least, colour: 'red' }, 'x.colour'],
    ['no baud rate', { ...least, port: { lineEnd: '\n', timeoutMs: 100 } }, 'x.port.baud'],
    ['a broken pattern', { ...least, identify: { expect: '(' } }, 'x.identify.expect'],
    ['a command that is not there', { ...least, init: ['gone'] }, 'gone'],
    ['another schema', { ...least, schema: 2 }, 'x.schema'],
    [
      'a stage that is never still',
      { ...least, stage: { axes: {}, move: [], stop: [], position: [], pollMs: 50, toleranceUm: 1 } },
      'still'
    ]
  ])('with %s is refused with its place', (_, json, said) => {
    expect(() => readProfile(json, 'x')).toThrow(said)
  })

  test('all shipped ones are whole: ids differ, and every template can be read', () => {
    expect(new Set(shippedProfiles.map(({ id }) => id)).size).toBe(shippedProfiles.length)
    for (const profile of shippedProfiles)
      expect(() => createSpeaker(profile, () => profile.label)).not.toThrow()
  })
})

describe('values from lines', () => {
  test('numbers are scaled, words mapped, text kept, and what is no number is absent', () => {
    const groups = { x: '1500', on: 'ON', version: '1.10', broken: 'nan', missing: undefined, plain: '2.5' }
    const fields = {
      x: { times: 0.1, as: 'position' },
      on: { map: { ON: 'true', OFF: 'false' } },
      version: { text: true },
      broken: { times: 2 }
    }
    expect(valuesOf(groups, fields)).toEqual({ position: 150, on: true, version: '1.10', plain: 2.5 })
  })

  test('a tenth is a tenth', () => {
    expect(valuesOf({ x: '3' }, { x: { times: 0.1 } })).toEqual({ x: 0.3 })
  })

  test('JSON lines give the named keys; anything else gives nothing', () => {
    expect(valuesOfJson('{"temp": 37.5, "other": 1}', { temp: { as: 'temperature' } })).toEqual({
      temperature: 37.5
    })
    expect(valuesOfJson('{"a": 1, "b": "on", "c": null, "d": [1]}', undefined)).toEqual({ a: 1, b: 'on' })
    for (const line of ['{"temp": 37', '[1, 2]', '12', 'null', 'temp=3', '{}']) {
      expect(valuesOfJson(line, { temp: {} })).toBeNull()
    }
  })
})
