import { describe, expect, it } from 'vitest'
import type { TableRows } from '../../../src-preload/contract/run'
import { columns } from '../../../src-renderer/model/columns'
import { toCsv } from '../../../src-preload/contract/csv'
import { FRAME, FrameRows } from '../../../src-renderer/model/frame-rows'
import { RowPages } from '../../../src-renderer/model/row-pages'

function rows(count: number, from = 0): TableRows {
  return {
    keys: ['delta_t', 'temperature', 'trigger_source', 'note'],
    units: { temperature: '°C' },
    free: [],
    total: count + from,
    from,
    rows: Array.from({ length: count }, (_, i) => ({
      frame: from + i,
      image: 0,
      storageIndex: [from + i],
      cells: [
        (from + i) / 10,
        (from + i) % 7 === 0 ? null : 37 + ((from + i) % 5),
        i % 2 ? 'serial' : 'manual',
        null
      ],
      present: from + i !== 3
    }))
  }
}
const filled = (count: number): FrameRows => {
  const made = new FrameRows()
  made.add(rows(count))
  return made
}
const frames = (made: FrameRows, order: Uint32Array): (number | undefined)[] =>
  [...order].map((row) => made.frames[row])

describe('the table of a saved dataset', () => {
  it('finds the row of a place and the place of a row', () => {
    const made = filled(10)
    expect(made.find(0, [7])).toBe(7)
    expect(made.find(1, [7])).toBe(-1)
    expect(made.storage[7]).toEqual([7])
    expect(made.missing).toBe(1)
  })
  it('filters by words and by comparisons', () => {
    const made = filled(20)
    expect(
      frames(made, made.order(made.filter('temperature > 40.5 and trigger source = serial'), null))
    ).toEqual([9, 19])
    expect(made.order(made.filter('serial'), null)).toHaveLength(10)
    expect(made.order(made.filter('# >= 18'), null)).toHaveLength(2)
    expect(made.order(made.filter('temperature = 38'), null).length).toBeGreaterThan(0)
  })
  it('says which column there is not', () => {
    const filter = filled(3).filter('tempratur > 37')
    expect(filter.problem).toBe('There is no column "tempratur".')
  })
  it('never matches a missing cell, and sorts it last both ways', () => {
    const made = filled(15)
    expect(frames(made, made.order(made.filter('temperature > 0'), null))).not.toContain(7)
    for (const descending of [false, true]) {
      const order = made.order(made.filter(''), { key: 'temperature', descending })
      expect(new Set(frames(made, order).slice(-3))).toEqual(new Set([0, 7, 14]))
    }
    expect(frames(made, made.order(made.filter(''), { key: FRAME, descending: true }))[0]).toBe(14)
  })
  it('sorts 100 000 rows in less than half a second (R11)', () => {
    const made = filled(100_000)
    const start = performance.now()
    expect(made.order(made.filter(''), { key: 'temperature', descending: true })).toHaveLength(100_000)
    expect(performance.now() - start).toBeLessThan(500 * 4) // test machines are shared; the figure is 500 ms on an idle one
  })
  it('knows which keys hold numbers', () => {
    expect(filled(10).numericKeys()).toEqual(['delta_t', 'temperature'])
    expect(filled(8).series('temperature')[7]).toBeNull()
  })
  it('keeps keys like __proto__ as keys', () => {
    const made = new FrameRows()
    made.add({
      ...rows(1),
      keys: ['__proto__', 'constructor'],
      rows: [{ ...rows(1).rows[0]!, cells: [1, 2] }]
    })
    expect(made.cell(0, '__proto__')).toBe(1)
    expect(made.keys).toEqual(['__proto__', 'constructor'])
  })
})

describe('columns', () => {
  it('stand in the order of a reader, notes last', () => {
    const keys = columns(['note', 'zeta', 'temperature', 'delta_t'], { temperature: '°C' }).map(
      ({ key }) => key
    )
    expect(keys).toEqual(['delta_t', 'temperature', 'zeta', 'note'])
  })
})

describe('pages of a growing table', () => {
  function growing(): { pages: RowPages; asked: [number, number][]; grow: (to: number) => void } {
    let total = 0
    const asked: [number, number][] = []
    const pages = new RowPages(
      async (from, count) => {
        asked.push([from, count])
        return { ...rows(Math.max(0, Math.min(count, total - from)), from), total }
      },
      () => undefined
    )
    return { pages, asked, grow: (to) => (total = to) }
  }
  it('follow the end of the table', async () => {
    const { pages, grow } = growing()
    grow(3)
    await pages.follow()
    expect([pages.total, pages.row(2)?.frame, pages.row(3)]).toEqual([3, 2, undefined])
    grow(250)
    await pages.follow()
    expect([pages.total, pages.row(249)?.frame]).toEqual([250, 249])
  })
  it('fetch only what is in sight, and each page once', async () => {
    const { pages, asked, grow } = growing()
    grow(1000)
    await pages.follow()
    asked.length = 0
    await Promise.all([pages.ensure(410, 480), pages.ensure(410, 480)])
    expect(asked).toEqual([[400, 100]])
    expect(pages.row(433)?.frame).toBe(433)
  })
  it('fetch a row again when it changed', async () => {
    const { pages, asked, grow } = growing()
    grow(10)
    await pages.follow()
    asked.length = 0
    await pages.refresh(9)
    expect(asked).toEqual([[0, 100]])
  })
  it('drop an answer that belongs to the run before', async () => {
    let answer: ((value: TableRows) => void) | undefined
    const pages = new RowPages(
      () => new Promise((resolve) => (answer = resolve)),
      () => undefined
    )
    const late = pages.follow()
    pages.clear()
    answer?.(rows(5))
    await late
    expect(pages.total).toBe(0)
  })
})

describe('CSV (R11)', () => {
  it('is what RFC 4180 says, in UTF-8, with missing cells blank', () => {
    const csv = toCsv(
      ['frame', 'note'],
      [
        [0, null],
        [1, 'a "quoted", word\nand a line'],
        [2, 'µm 😀']
      ]
    )
    expect(csv).toBe('\ufeffframe,note\r\n0,\r\n1,"a ""quoted"", word\nand a line"\r\n2,µm 😀\r\n')
  })
  it('never lets a spreadsheet run a text, and keeps negative numbers numbers', () => {
    expect(toCsv(['a'], [['=1+1'], ['@x'], ['-x'], [-5]])).toBe("\ufeffa\r\n'=1+1\r\n'@x\r\n'-x\r\n-5\r\n")
  })
})
