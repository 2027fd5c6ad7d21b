/** The published schema and the check in the code say the same. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readOwnProfiles } from '../../../../src-main/devices/profiles/own-profiles'
import { readProfile } from '../../../../src-main/devices/profiles/profile'
import { createInstruments } from '../../../../src-main/devices/instruments'

interface Schema {
  readonly $ref?: string
  readonly $defs?: Record<string, Schema>
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: Schema
  readonly properties?: Record<string, Schema>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
}

const folder = resolve('src-main/devices/profiles/shipped')
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'))
const root = read('profile.schema.json') as Schema

/** The part of JSON Schema that ours uses; answers the places that break it. */
function broken(value: unknown, given: Schema, place = ''): string[] {
  const name = given.$ref?.replace('#/$defs/', '')
  const schema = name === undefined ? given : (root.$defs?.[name] as Schema)
  const wrong = (is: boolean): string[] => (is ? [place] : [])
  if (schema.const !== undefined) return wrong(value !== schema.const)
  if (schema.enum !== undefined) return wrong(!schema.enum.includes(value))
  switch (schema.type) {
    case 'string':
      return wrong(typeof value !== 'string' || !new RegExp(schema.pattern ?? '').test(value))
    case 'boolean':
      return wrong(typeof value !== 'boolean')
    case 'integer':
    case 'number': {
      const { minimum = -Infinity, maximum = Infinity } = schema
      const whole = schema.type === 'number' || Number.isInteger(value)
      return wrong(typeof value !== 'number' || !whole || value < minimum || value > maximum)
    }
    case 'array':
      if (!Array.isArray(value)) return [place]
      return value.flatMap((item, i) => broken(item, schema.items ?? {}, `${place}[${i}]`))
    case 'object': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return [place]
      const missing = (schema.required ?? []).filter((key) => !(key in value)).map((key) => `${place}.${key}`)
      const inside = Object.entries(value).flatMap(([key, item]) => {
        const of = schema.properties?.[key] ?? schema.additionalProperties ?? true
        if (of === true) return []
        return of === false ? [`${place}.${key}`] : broken(item, of, `${place}.${key}`)
      })
      return [...missing, ...inside]
    }
    default:
      throw new Error(`the schema has something that this test does not know at ${place}`)
  }
}

const shipped = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'profile.schema.json')

describe('profile.schema.json', () => {
  test.each(shipped)('takes %s', (name) => {
    expect(broken(read(name), root)).toEqual([])
  })

  test('names every field that the code knows, and no other', () => {
    // The code tells its fields when it meets a strange one.
    const least = read('scpi-thermometer.json') as Record<string, unknown>
    const known = (json: unknown): string[] => {
      try {
        readProfile(json, 'x')
      } catch (error) {
        return (
          /one of (.*)\.$/
            .exec((error as Error).message)?.[1]
            ?.split(', ')
            .sort() ?? []
        )
      }
      return []
    }
    const fields = (schema: Schema | undefined): string[] => Object.keys(schema?.properties ?? {}).sort()
    const strange = { strange: 1 }
    const defs = root.$defs ?? {}
    expect(known({ ...least, ...strange })).toEqual(fields(root))
    expect(known({ ...least, port: strange })).toEqual(fields(root.properties?.['port']))
    expect(known({ ...least, identify: strange })).toEqual(fields(root.properties?.['identify']))
    expect(known({ ...least, stage: strange })).toEqual(fields(defs['stage']))
    expect(known({ ...least, light: strange })).toEqual(fields(defs['part']))
    expect(known({ ...least, light: { properties: [strange] } })).toEqual(fields(defs['property']))
    expect(known({ ...least, push: [strange] })).toEqual(fields(defs['push']))
    expect(known({ ...least, commands: { a: strange } })).toEqual(fields(defs['command']))
    const modbus = (more: object): unknown => ({
      ...least,
      modbus: { unit: 1, identify: 'a', registers: {}, ...more }
    })
    expect(known(modbus(strange))).toEqual(fields(defs['modbus']))
    expect(known(modbus({ registers: { a: strange } }))).toEqual(fields(defs['register']))
    const command = { send: 'x', fields: { a: strange } }
    expect(known({ ...least, commands: { a: command } })).toEqual(fields(defs['field']))
  })

  test('and the code refuse the same mistakes', () => {
    const good = read('asi-ms2000.json') as Record<string, Record<string, unknown>>
    const mistakes = [
      { ...good, id: 'Has Spaces' },
      { ...good, port: { ...good['port'], baud: 'fast' } },
      { ...good, port: { ...good['port'], lineEnd: ';' } },
      { ...good, proof: 'surely' },
      { ...good, poll: [{ command: 'where' }] }
    ]
    for (const mistake of mistakes) {
      expect(broken(mistake, root)).not.toEqual([])
      expect(() => readProfile(mistake, 'x')).toThrow()
    }
  })
})

describe('profiles of the user', () => {
  test('the one in the docs works, one with a mistake is told and left out, one with a known id takes its place', () => {
    const own = mkdtempSync(join(tmpdir(), 'profiles-'))
    const docs = readFileSync('resources/docs/device-profiles.md', 'utf8')
    writeFileSync(join(own, 'a.json'), /```json\n([^]*?)```/.exec(docs)?.[1] ?? '')
    writeFileSync(join(own, 'b.json'), '{ not json')
    writeFileSync(join(own, 'c.json'), JSON.stringify({ ...(read('grbl.json') as object), label: 'My GRBL' }))
    const { profiles, problems } = readOwnProfiles(own)
    rmSync(own, { recursive: true })
    expect(profiles.map(({ id }) => id)).toEqual(['my-thermometer', 'grbl'])
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('b.json')])
    const { kinds } = createInstruments(profiles)
    expect(kinds.filter(({ id }) => id === 'grbl').map(({ label }) => label)).toEqual(['My GRBL'])
    expect(kinds.map(({ id }) => id)).toContain('my-thermometer')
    expect(readOwnProfiles('/nowhere/at/all')).toEqual({ profiles: [], problems: [] })
  })
})

describe('a port that was found', () => {
  const least = read('scpi-thermometer.json') as Record<string, unknown>
  const own = (id: string, match: unknown) => readProfile({ ...least, id, match }, id)

  test('proposes the profile that alone has its USB ids, whatever their case', () => {
    const { kindOf } = createInstruments([own('mine', [{ vid: '12ab', pid: '0001' }])])
    expect(kindOf({ vid: '12AB', pid: '0001' })).toBe('mine')
    expect(kindOf({ vid: '10c4', pid: 'ea60' })).toBe('asi-ms2000')
    expect(kindOf({ vid: '12ab', pid: '0002' })).toBeUndefined()
  })

  test('proposes none when several profiles have them', () => {
    const chip = [{ vid: '1a86', pid: '7523' }]
    expect(createInstruments([own('one', chip), own('two', chip)]).kindOf({ vid: '1a86', pid: '7523' })).toBe(
      undefined
    )
  })

  test('a profile with ids that are none is refused with its place', () => {
    expect(() => own('mine', [{ vid: '0x12', pid: '1' }])).toThrow('mine.match[0].vid')
  })
})
