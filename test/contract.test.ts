import { describe, expect, it } from 'vitest'
import { commands, isCommand, type CommandName } from '../src-preload/contract/commands'
import {
  dictionary,
  integer,
  list,
  nullable,
  oneOf,
  optional,
  shape,
  text
} from '../src-preload/contract/check'
import { Failed, fromFailure, toFailure } from '../src-preload/contract/failure'
import { isEvent } from '../src-preload/contract/events'

describe('argument checks', () => {
  const check = shape({
    name: text(5),
    count: optional(integer(0, 9)),
    kind: oneOf('a', 'b'),
    more: nullable(list(text(), 2))
  })

  it('take what is right and only that', () => {
    const right = { name: 'x', kind: 'a', more: null }
    expect(check(right, 'it')).toEqual(right)
    expect(check({ ...right, count: 3, more: ['y'] }, 'it')).toEqual({ ...right, count: 3, more: ['y'] })
  })

  it.each([
    [null, 'it is null'],
    [[], 'it is'],
    [{ name: 'x', kind: 'c', more: null }, 'it.kind is "c"; allowed is a, b'],
    [{ name: 'toolong', kind: 'a', more: null }, 'it.name is "toolong"'],
    [{ name: 'x', kind: 'a', more: null, count: 1.5 }, 'it.count is 1.5'],
    [{ name: 'x', kind: 'a', more: [1] }, 'it.more[0] is 1'],
    [{ name: 'x', kind: 'a', more: null, strange: 1 }, 'it.strange is "given"'],
    [{ kind: 'a', more: null }, 'it.name is undefined']
  ])('refuse %j and name the field', (value, message) => {
    expect(() => check(value, 'it')).toThrow(message)
  })

  it('a key called __proto__ stays a key', () => {
    const value = dictionary(integer())(JSON.parse('{"__proto__": 3}'), 'it')
    expect(Object.keys(value)).toEqual(['__proto__'])
  })
})

describe('the table of commands', () => {
  it('is closed: names of Object.prototype and others are no commands (X1)', () => {
    for (const name of ['toString', '__proto__', 'constructor', 'run.explode', 7, null])
      expect(isCommand(name)).toBe(false)
    for (const name of ['hasOwnProperty', 'menu2', null]) expect(isEvent(name)).toBe(false)
    expect(isCommand('run.start')).toBe(true)
  })

  it('refuses junk for every command that takes an argument (X2)', () => {
    const junk = [undefined, null, 0, 'x', [], { evil: true }]
    for (const name of Object.keys(commands) as CommandName[]) {
      const check: (value: unknown, name: string) => unknown = commands[name].check
      const accepted = junk.filter((value) => {
        try {
          return check(value, name) !== undefined
        } catch (error) {
          expect(error, name).toBeInstanceOf(Failed)
          return false
        }
      })
      expect(accepted, name).toEqual([])
    }
  })
})

it('a failure survives the way through plain data', () => {
  const failed = new Failed('disk.full', 'The disk is full.', { next: 'Make room.', detail: 'ENOSPC' })
  expect(toFailure(fromFailure(toFailure(failed)))).toEqual({
    code: 'disk.full',
    message: 'The disk is full.',
    next: 'Make room.',
    detail: 'ENOSPC'
  })
  expect(toFailure(new TypeError('oops'))).toMatchObject({
    code: 'internal',
    message: 'Something in Benchframe failed: oops'
  })
})
