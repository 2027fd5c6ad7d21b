import { describe, expect, test } from 'vitest'
import { readProfile } from '../../../../src-main/devices/profiles/profile'
import { createSpeaker } from '../../../../src-main/devices/profiles/speaker'
import { answerTo, checksum, sealed, silenceMs } from '../../../../src-main/devices/serial/modbus-frame'

const text = (...bytes: number[]): string => String.fromCharCode(...bytes)
const bytes = (of: string): number[] => Array.from(of, (one) => one.charCodeAt(0))

describe('a frame of Modbus RTU', () => {
  test('ends with its check, low byte first', () => {
    expect(bytes(checksum(text(1, 3, 0, 0, 0, 10)))).toEqual([0xc5, 0xcd])
    expect(bytes(checksum(text(0x11, 3, 0, 0x6b, 0, 3)))).toEqual([0x76, 0x87])
  })

  test('is silent for 3.5 characters before the next', () => {
    expect(silenceMs(9600)).toBeCloseTo(4.01, 2)
    expect(silenceMs(115_200)).toBe(1.75)
  })

  const ask = sealed(text(1, 3, 0, 2, 0, 1))
  const good = sealed(text(1, 3, 2, 1, 0x77))

  test('is an answer when unit, function, length and check are right, whatever came before it', () => {
    const found = answerTo(ask)
    for (let i = 0; i < good.length; i++) expect(found(good.slice(0, i))).toBeNull()
    expect(found(good)).toEqual({ text: text(1, 3, 2, 1, 0x77), length: 7 })
    expect(found(text(0, 1, 3, 2, 0xff) + good)?.text).toBe(text(1, 3, 2, 1, 0x77))
  })

  test('is none when one bit is wrong, or another unit, function or question is answered', () => {
    for (let i = 0; i < good.length * 8; i++) {
      const wrong = bytes(good)
      wrong[i >> 3] = (wrong[i >> 3] ?? 0) ^ (1 << (i & 7))
      expect(answerTo(ask)(text(...wrong)), `bit ${i}`).toBeNull()
    }
    for (const other of [text(2, 3, 2, 1, 0x77), text(1, 4, 2, 1, 0x77), text(1, 3, 4, 0, 1, 0, 2)])
      expect(answerTo(ask)(sealed(other))).toBeNull()
    const write = sealed(text(1, 6, 0, 2, 1, 0x77))
    expect(answerTo(write)(write)?.length).toBe(8)
    expect(answerTo(write)(sealed(text(1, 6, 0, 3, 1, 0x77)))).toBeNull()
  })

  test('can be a refusal', () => {
    expect(answerTo(ask)(sealed(text(1, 0x83, 2)))).toEqual({ text: text(1, 0x83, 2), length: 5 })
    expect(answerTo(ask)(sealed(text(1, 0x84, 2)))).toBeNull()
  })
})

const map = (registers: object, identify = 'id'): unknown => ({
  schema: 1,
  id: 'mine',
  label: 'Mine',
  proof: 'never on hardware',
  port: { baud: 9600, timeoutMs: 100 },
  modbus: {
    unit: 17,
    identify,
    registers: { id: { table: 'holding', address: 100, number: 'u32be' }, ...registers }
  }
})

describe('a register map', () => {
  const profile = readProfile(
    map({
      temp: { table: 'input', address: 300, number: 'i16be', times: 0.1, plus: -40 },
      aim: {
        table: 'holding',
        address: 123,
        number: 'i16be',
        times: 0.1,
        plus: -40,
        write: true,
        min: 0,
        max: 99,
        unit: '°C'
      },
      gain: { table: 'input', address: 5, number: 'f32mid' },
      rate: { table: 'holding', address: 91, number: 'i16be', times: 0.004, write: true },
      power: { table: 'coil', address: 7, write: true },
      alarm: { table: 'discrete', address: 8 }
    }),
    'mine'
  )
  const speaker = createSpeaker(profile, () => 'Mine')
  const sent: number[][] = []
  const run = async (name: string, answer: string, given: Record<string, number | boolean> = {}) => {
    sent.length = 0
    return speaker.run(
      {
        request: (line) => {
          sent.push(bytes(line).slice(0, -2))
          expect(line).toBe(sealed(line.slice(0, -2)))
          return Promise.resolve([answer])
        },
        write: () => undefined
      },
      name,
      given
    )
  }

  test('is read by function, address and number', async () => {
    expect(await run('read temp', text(17, 4, 2, 3, 0xe8))).toEqual({ temp: 60 })
    expect(sent).toEqual([[17, 4, 1, 44, 0, 1]])
    expect(await run('read gain', text(17, 4, 4, 0, 0, 0x3f, 0x80))).toEqual({ gain: 1 })
    expect(sent).toEqual([[17, 4, 0, 5, 0, 2]])
    expect(await run('read power', text(17, 1, 1, 1))).toEqual({ power: true })
    expect(await run('read alarm', text(17, 2, 1, 0))).toEqual({ alarm: false })
    expect(sent).toEqual([[17, 2, 0, 8, 0, 1]])
  })

  test('is written where it may be, also at addresses that look like brackets', async () => {
    await run('write aim', text(17, 6, 0, 123, 2, 0xbc), { aim: 30.1 })
    expect(sent).toEqual([[17, 6, 0, 123, 0x02, 0xbd]])
    await run('write rate', text(17, 6, 0, 91, 0, 25), { rate: 0.1 })
    expect(sent).toEqual([[17, 6, 0, 91, 0, 25]])
    await run('write power', text(17, 5, 0, 7, 255, 0), { power: true })
    expect(sent).toEqual([[17, 5, 0, 7, 255, 0]])
    expect(Object.keys(profile.commands)).not.toContain('write temp')
  })

  test('holds limits before a byte leaves', async () => {
    await expect(run('write aim', '', { aim: 99.1 })).rejects.toMatchObject({ code: 'argument.invalid' })
    expect(sent).toEqual([])
  })

  test('tells refusals in words', async () => {
    for (const [code, words] of [
      [2, 'it has no such register'],
      [3, 'it does not take this value'],
      [6, 'it is busy']
    ] as const)
      await expect(run('read temp', text(17, 0x84, code))).rejects.toMatchObject({
        code: 'device.refused',
        message: expect.stringContaining(words) as unknown
      })
  })

  test.each([
    [{ twin: { table: 'holding', address: 1, number: 'f32be' } }, 'an answer of the same form as id'],
    [{ a: { table: 'input', address: 1 } }, 'has no “number”'],
    [{ a: { table: 'coil', address: 1, number: 'u16be' } }, 'is a bit'],
    [{ a: { table: 'input', address: 1, number: 'u16be', write: true } }, 'can only be read'],
    [{ a: { table: 'input', address: 1, number: 'u8' } }, 'has 16 bits or 32'],
    [{ a: { table: 'input', address: 1, number: 'u16be', times: 0 } }, 'multiplied by 0'],
    [{ a: { table: 'holding', address: 1, number: 'u16be', min: 1 } }, 'needs both'],
    [{ 'a b': { table: 'coil', address: 1 } }, 'letters, digits'],
    [{ a: { table: 'coil', address: 70_000 } }, 'address']
  ])('with a mistake is refused with its place: %j', (registers, words) => {
    expect(() => readProfile(map(registers), 'mine')).toThrow(words)
    expect(() => readProfile(map(registers), 'mine')).toThrow(/mine\.modbus\.registers/)
  })

  test('names the register by which it is known', () => {
    expect(() => readProfile(map({}, 'nothing'), 'mine')).toThrow('names the register “nothing”')
  })
})
