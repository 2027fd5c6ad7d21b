import { describe, expect, test } from 'vitest'
import { compileTemplate } from '../../../../src-main/devices/profiles/template'

const render = (source: string, values: Record<string, number | string | boolean | undefined> = {}): string =>
  compileTemplate(source, { onoff: { true: 'ON', false: 'OFF' } }).render(values)

describe('a template', () => {
  test.each([
    ['V', {}, 'V'],
    ['MOVE {x}', { x: 1.5 }, 'MOVE 1.5'],
    ['G1 X{x*0.001:.3f}', { x: 1234.5 }, 'G1 X1.234'],
    ['D{v*10+5:.0f}', { v: 2 }, 'D25'],
    ['D{v*-1:.2f}', { v: 0 }, 'D0.00'],
    ['STATE {on|onoff}', { on: false }, 'STATE OFF'],
    ['M[ X={x:.0f}][ Y={y:.0f}]', { y: 7 }, 'M Y=7'],
    ['M[ X={x:.0f}][ Y={y:.0f}]', { x: 1, y: 2 }, 'M X=1 Y=2'],
    ['{{"a": {x}}} [[b]]', { x: 3 }, '{"a": 3} [b]'],
    ['say {word}', { word: 'hello' }, 'say hello']
  ])('“%s” with %o is “%s”', (source, values, line) => {
    expect(render(source, values)).toBe(line)
  })

  test.each(['{x', '[ X={x}', 'X]', '[a[b]]c', '{x/2}', '{process.exit()}', '{x|nomap}', '{}'])(
    'refuses “%s” when it is read',
    (source) => {
      expect(() => render(source, { x: 1 })).toThrow(
        expect.objectContaining({ code: 'argument.invalid' }) as Error
      )
    }
  )

  test('refuses a missing value and one that is not in the map', () => {
    expect(() => render('{x}')).toThrow('missing')
    expect(() => render('{on|onoff}', { on: 'perhaps' })).toThrow('not in the map')
  })

  test('tells which values it needs and which it can do without', () => {
    const { names, required } = compileTemplate('{a}[ {b}][ {c} {d}]', {})
    expect({ names, required }).toEqual({ names: ['a', 'b', 'c', 'd'], required: ['a'] })
  })
})
