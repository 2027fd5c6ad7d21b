import { describe, expect, it } from 'vitest'
import {
  measured,
  PLATE_CHOICES,
  PLATE_FORMATS,
  plateCheck,
  platePositions,
  plateProblem,
  usualPlate,
  wellsInOrder,
  type PlatePlan
} from '../../../src-preload/contract/plate-plan'
import { standardPlate } from '../../../src-main/formats/plan-positions'
import { plannedPlate } from '../../../src-main/planned-axes'
import {
  countAlong,
  multiDProblem,
  positionsOf,
  usualMultiD,
  withFocusOffset
} from '../../../src-preload/contract/multi-d'

const plate = (patch: Partial<PlatePlan> = {}): PlatePlan =>
  plateCheck(
    { ...usualPlate(), a1: { x: 1_000, y: 2_000, z: 50 }, wells: ['A1', 'A2', 'B2', 'B1'], ...patch },
    'plate'
  )
const names = (of: PlatePlan): string[] => platePositions(of).map(({ name }) => name)
const at = (of: PlatePlan, name: string): readonly [number, number] => {
  const found = platePositions(of).find((one) => one.name === name)
  return [found?.x ?? NaN, found?.y ?? NaN]
}

describe('a plate', () => {
  it('is visited row by row, there and back, whatever the order of clicks; rows without wells are no turn', () => {
    expect(names(plate({ wells: ['B2', 'A2', 'B1', 'A1'] }))).toEqual(['A1', 'A2', 'B2', 'B1'])
    expect(names(plate({ wells: ['A1', 'A12', 'C1', 'C12', 'H5'] }))).toEqual([
      'A1',
      'A12',
      'C12',
      'C1',
      'H5'
    ])
    expect(names(plate({ wells: ['Z9', 'A1', 'nonsense'] }))).toEqual(['A1'])
  })

  it('has its fields around the middle of each well, numbered as they are visited', () => {
    const grid = plate({ wells: ['A1'], fields: { rows: 2, columns: 3, stepXUm: 100, stepYUm: 50 } })
    expect(platePositions(grid).map(({ name, x, y, z }) => [name, x, y, z])).toEqual([
      ['A1-1', 900, 1975, 50],
      ['A1-2', 1000, 1975, 50],
      ['A1-3', 1100, 1975, 50],
      ['A1-4', 1100, 2025, 50],
      ['A1-5', 1000, 2025, 50],
      ['A1-6', 900, 2025, 50]
    ])
  })

  it('lies where A1 and a second well say, turned and mirrored', () => {
    expect(at(plate(), 'B2')).toEqual([10_000, 11_000])
    expect(at(plate({ mirrored: { x: true, y: false } }), 'B2')).toEqual([-8_000, 11_000])
    // A12 was found where a plate turned by a quarter of a degree has it.
    const angle = Math.PI / 720
    const lever = 11 * 9_000
    const second = { well: 'A12', x: 1_000 + lever * Math.cos(angle), y: 2_000 + lever * Math.sin(angle) }
    const turned = plate({ second })
    expect(measured(turned)?.turn).toBeCloseTo(angle, 9)
    expect(plateProblem(turned)).toBeNull()
    const [x, y] = at(turned, 'B1')
    expect(x).toBeCloseTo(1_000 - 9_000 * Math.sin(angle), 2)
    expect(y).toBeCloseTo(2_000 + 9_000 * Math.cos(angle), 2)
  })

  it('says what is wrong with it', () => {
    expect(plateProblem(plate({ wells: [] }))).toContain('No well')
    expect(plateProblem(plate({ a1: null }))).toContain('centre of A1')
    expect(plateProblem(plate({ second: { well: 'A12', x: 1_000 + 49_500, y: 2_000 } }))).toBe(
      'A12 was found 49.50 mm from A1; with this format it is 99.00 mm.'
    )
    expect(plateProblem(plate({ second: { well: 'A12', x: 1_000 - 99_000, y: 2_000 } }))).toContain(
      'turned by'
    )
    expect(plateProblem(plate({ second: { well: 'Q1', x: 0, y: 0 } }))).toContain('no second well Q1')
    const all = Array.from(
      { length: 96 },
      (_, i) => `${String.fromCharCode(65 + Math.floor(i / 12))}${(i % 12) + 1}`
    )
    expect(
      plateProblem(plate({ wells: all, fields: { rows: 11, columns: 10, stepXUm: 1, stepYUm: 1 } }))
    ).toContain('10560 fields are too many')
  })

  it.each(PLATE_CHOICES.filter((format) => format !== 'own'))(
    'of %s wells is the one that the writers know',
    (format) => {
      const { rows, columns } = PLATE_FORMATS[format]
      const planned = {
        ...usualMultiD(),
        positions: { on: true, list: [], from: 'plate' as const, plate: plate({ format, rows, columns }) }
      }
      expect(plannedPlate(planned)).toEqual(standardPlate(Number(format)))
    }
  )

  it('takes the place of the list in a plan, each well with its own focus offset', () => {
    const fields = { rows: 1, columns: 2, stepXUm: 100, stepYUm: 0 }
    const positions = { on: true, list: [], from: 'plate' as const, plate: plate({ fields }) }
    const plan = withFocusOffset({ ...usualMultiD(), positions }, 'B1-2', 3)
    expect(multiDProblem(plan)).toBeNull()
    expect(countAlong(plan, 'p')).toBe(8)
    expect(wellsInOrder(plate()).map(({ row, column }) => [row, column])).toEqual([
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 0]
    ])
    expect(
      positionsOf(plan)
        ?.filter(({ focusOffset }) => focusOffset !== undefined)
        .map(({ name }) => name)
    ).toEqual(['B1-2'])
    expect(positionsOf({ ...plan, positions: { ...positions, from: 'list' } })).toEqual([])
  })
})
