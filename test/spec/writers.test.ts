/** What the streams write, before the outside judges: positions, plates, skips, early stops, pixel types and compressions, both formats from one stream. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FrameRecord } from '../../src-preload/contract/record'
import { openDataset } from '../../src-main/datasets/open-dataset'
import type { Dimension } from '../../src-main/formats/settings'
import { complaints, judge } from '../support/judge'
import { positions, record, t, x, y, type Run } from '../support/written-run'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-spec-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

async function verdicts(run: Omit<Run, 'rootPath'>): Promise<string[]> {
  const { stream, expected } = await record({ rootPath: join(folder, 'run'), ...run })
  const { paths } = await stream.close()
  expect(paths.length).toBeGreaterThan(0)
  const all = await Promise.all(paths.map((path) => judge(path, { expect: expected })))
  return all.flatMap(complaints)
}

describe('S10 S11 event-driven runs', () => {
  test.each(['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'float64'] as const)(
    'of %s',
    async (dtype) => {
      expect(await verdicts({ settings: { dimensions: [t, y, x], dtype }, frames: 4 })).toEqual([])
    }
  )

  test.each(['lzw', 'deflate', 'zstd', 'gzip', 'blosc-zstd', 'blosc-lz4'] as const)(
    'with %s',
    async (compression) => {
      expect(await verdicts({ settings: { dimensions: [t, y, x], compression }, frames: 70 })).toEqual([])
    }
  )

  test('with skipped frames, at the end too', async () => {
    const dimensions = [t, { name: 'c', count: 2 }, y, x]
    expect(await verdicts({ settings: { dimensions }, frames: 9, skipped: [2, 3, 8] })).toEqual([])
    const again = { rootPath: join(folder, 'packed'), dimensions, compression: 'deflate' } as const
    expect(await verdicts({ settings: again, frames: 9, skipped: [0, 3, 7] })).toEqual([])
  })
})

describe('S11 records that are unusual come back exactly from both formats', () => {
  const records: Readonly<Record<string, (n: number) => FrameRecord>> = {
    'strings of 1 MB': (n) => ({ n, long: `${n} ${'é<&>'.repeat(250_000)}`, after: true }),
    '100 000 keys': (n) =>
      n === 1 ? Object.fromEntries(Array.from({ length: 100_000 }, (_, k) => [`key ${k}`, k / 8])) : { n },
    // As JSON.parse makes them: own keys, where a literal would set the prototype.
    'keys that objects have of their own': (n) =>
      JSON.parse(
        `{"n":${n},"__proto__":{"__proto__":[${n}],"constructor":null},"constructor":"c","toString":1,"hasOwnProperty":false,"length":3}`
      ) as FrameRecord
  }

  test.each(Object.keys(records))(
    '%s',
    async (name) => {
      const metadata = records[name]
      const { stream, expected } = await record({
        rootPath: join(folder, 'run'),
        settings: { dimensions: [t, y, x] },
        frames: 3,
        ...(metadata === undefined ? {} : { metadata })
      })
      const { paths } = await stream.close()
      expect(paths).toHaveLength(2)
      for (const path of paths) {
        const verdict = await judge(path, { expect: expected })
        expect(complaints(verdict)).toEqual([])
        const dataset = await openDataset(path)
        const rows = await dataset.rows(0, 3)
        await dataset.close()
        expect(rows.map((row) => JSON.stringify(row.record))).toEqual(
          [0, 1, 2].map((n) => JSON.stringify(metadata?.(n)))
        )
      }
    },
    120_000
  )
})

test('channels, wavelengths, colours, units and pixel sizes', async () => {
  const dimensions: Dimension[] = [
    { name: 't', count: 2, unit: 's', scale: 0.5 },
    {
      name: 'c',
      count: 2,
      coords: [
        {
          name: 'DAPI',
          color: '#0000ff',
          excitationWavelengthNm: 405,
          emissionWavelengthNm: 460.5,
          fluorophore: 'DAPI'
        },
        'GFP'
      ]
    },
    { name: 'z', count: 3, scale: 0.5, unit: 'um', translation: 7 },
    { ...y, scale: 0.25, unit: 'micrometer' },
    { ...x, scale: 0.25, unit: 'µm' }
  ]
  expect(await verdicts({ settings: { dimensions, significantBits: 12 }, frames: 12 })).toEqual([])
})

describe('positions', () => {
  test.each(['redundant', 'master', 'companion'] as const)(
    'as a set with %s metadata, of unequal length',
    async (tiffMetadata) => {
      expect(
        await verdicts({ settings: { dimensions: [t, positions(3), y, x], tiffMetadata }, frames: 11 })
      ).toEqual([])
    }
  )

  test('on a plate with two fields in a well', async () => {
    const fields: Dimension = {
      name: 'p',
      type: 'position',
      count: 3,
      coords: [
        { name: 'f0', plateRow: 'A', plateColumn: '1' },
        { name: 'f1', plateRow: 'A', plateColumn: '1' },
        { name: 'f0', plateRow: 'B', plateColumn: '2' }
      ]
    }
    const plate = { rowNames: ['A', 'B'], columnNames: ['1', '2'], name: 'A plate' }
    expect(
      await verdicts({ settings: { dimensions: [{ name: 't', count: 2 }, fields, y, x], plate }, frames: 6 })
    ).toEqual([])
  })
})
