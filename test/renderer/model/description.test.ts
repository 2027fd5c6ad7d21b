// Ways into the form: cells from a clipboard or a CSV file, another dataset, a presets file. Nothing is set before it is shown.
import { describe, expect, it } from 'vitest'
import { readCells, readPairs } from '../../../src-renderer/model/cells'
import {
  changeOf,
  descriptionCsv,
  fieldNamed,
  knownFields,
  planFound,
  planPairs
} from '../../../src-renderer/model/description-import'
import { methodsParagraph } from '../../../src-renderer/model/methods'
import { objectiveName, readObjective } from '../../../src-renderer/model/objective'
import { presetsFile, readPresetsFile } from '../../../src-renderer/model/presets-file'
import { usualDescription } from '../fake-world'

const known = (name: string): boolean => fieldNamed(knownFields(null), name) !== undefined
const pairs = (text: string): unknown => readPairs(readCells(text), known)

describe('cells from a spreadsheet', () => {
  it('two columns are names and values', () => {
    expect(pairs('Sample\tyeast\r\nOrganism\tS. cerevisiae\r\n')).toEqual({
      pairs: [
        ['Sample', 'yeast'],
        ['Organism', 'S. cerevisiae']
      ],
      leftOut: 0
    })
  })
  it('a row of names above a row of values', () => {
    expect(pairs('Sample,Organism,Dish\nyeast,"S, cerevisiae",4\nother,x,5')).toEqual({
      pairs: [
        ['Sample', 'yeast'],
        ['Organism', 'S, cerevisiae'],
        ['Dish', '4']
      ],
      leftOut: 1
    })
  })
  it('quotes, line ends within quotes, semicolons and a byte order mark', () => {
    expect(readCells('\ufeffNotes;"a ""b""\nc"\n;\n')).toEqual([['Notes', 'a "b"\nc']])
  })
  it('junk sets nothing', () => {
    for (const junk of ['', '\u0000\u0001', ',,,\n,,', '"never closed', 'לא\t', '\t\t\t'])
      expect(
        planPairs(readPairs(readCells(junk), known).pairs, usualDescription(), null).differences
      ).toEqual([])
  })
})

describe('an import', () => {
  it('shows what would be set, what is wrong with it, and what has no field', () => {
    const now = usualDescription()
    const plan = planPairs(
      [
        ['sample', 'Yeast, strain BY4741'],
        ['Condition', 'heat 😀'],
        ['dose', '3 bananas'],
        ['Dish', '4']
      ],
      now,
      null
    )
    expect(plan.differences.map(({ label, now, then }) => [label, now, then])).toEqual([
      ['Condition', '', 'heat 😀'],
      ['Dose', '', '3 bananas']
    ])
    expect(plan.differences[1]?.problem).toContain('bananas is no unit')
    expect(plan.same).toBe(1)
    expect(changeOf(plan, true, now)).toEqual({
      values: { condition: 'heat 😀', dose: '3 bananas' },
      own: [
        { name: 'dish', value: '3' },
        { name: 'Dish', value: '4' }
      ]
    })
    expect(changeOf(plan, false, now).own).toBeUndefined()
  })

  it('R11 what is saved as CSV is read again as it was, with emoji, right-to-left and formulas', () => {
    const before = {
      ...usualDescription(),
      values: {
        sample: '=1+1, "quoted"',
        notes: 'שלום\n😀',
        dose: { value: 3, unit: 'µM' },
        alive: true,
        channels: [{ name: 'GFP', excitation: { value: 488, unit: 'nm' } }]
      }
    }
    const { pairs } = readPairs(readCells(descriptionCsv(before, null)), known)
    const plan = planPairs(pairs, { ...before, values: {}, own: [] }, null)
    expect(changeOf(plan, true, { ...before, own: [] })).toEqual({ values: before.values, own: before.own })
  })

  it('another dataset brings its presets, too, and only what differs', () => {
    const preset = { id: 'p', kind: 'objective', name: '60x', values: {} } as const
    const found = { path: '/d', values: { sample: 'other' }, own: [], presets: [preset] }
    const now = usualDescription()
    const plan = planFound(found, now, null)
    expect(plan.differences.map(({ label }) => label)).toEqual(['Sample', 'Objective'])
    const change = changeOf(plan, true, now)
    expect(change).toMatchObject({ values: { sample: 'other' }, chosen: { objective: 'p' } })
    const then = { ...now, ...change, values: { ...now.values, sample: 'other' } }
    expect(planFound(found, then, null).differences).toEqual([])
  })
})

describe('presets', () => {
  it('go into one file and come out the same; what is in use stays', () => {
    const mine = {
      ...usualDescription(),
      presets: [{ id: 'a', kind: 'camera', name: 'Cam', values: { model: 'M' } } as const],
      chosen: { camera: 'a' }
    }
    const { change, count } = readPresetsFile(presetsFile(mine), usualDescription())
    expect(count).toBe(1)
    expect(change).toMatchObject({ presets: mine.presets, chosen: { camera: 'a' } })
    const bright = { id: 'b', name: 'Bright', settings: [{ device: 'laser', property: 'on', value: true }] }
    const old = { ...bright, name: 'Old' }
    const other = { ...bright, id: 'c' }
    const carried = readPresetsFile(presetsFile(mine, [bright]), usualDescription(), [other, old])
    expect(carried.count).toBe(2)
    expect(carried.devicePresets).toEqual([other, bright])
    for (const junk of ['', '{}', '[1', '{"kind":"benchframe-presets","presets":[{"id":1}]}'])
      expect(() => readPresetsFile(junk, mine), junk).toThrow()
  })
  it('an objective is read from a few words', () => {
    expect(objectiveName(readObjective('60x 1.4 oil'))).toBe('60× NA 1.4 oil')
    expect(objectiveName(readObjective('Plan Apo 20×/0,75'))).toBe('20× NA 0.75')
    expect(readObjective('no idea')).toEqual({})
  })
})

it('a methods paragraph says what is known and nothing else', () => {
  const { values } = usualDescription()
  expect(methodsParagraph({ ...usualDescription(), values }, null, '0.1.0')).toBe(
    'The sample was Yeast, strain BY4741. Images were acquired with Benchframe 0.1.0.'
  )
})
