/** S10: OME-TIFF with tiles and smaller levels before the judges: the kit, and every level of every plane as tifffile and Bio-Formats read it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../resources/setup/places.mjs'
import type { AcquisitionSettings, Dimension } from '../../src-main/formats/settings'
import { complaints, runPython } from '../support/judge'
import { judgeBatch, type JudgeBatch } from '../support/judge-batch'
import { positions, record, t, x, y } from '../support/written-run'

let judges: JudgeBatch
let folder = ''
beforeAll(() => {
  judges = judgeBatch()
  folder = mkdtempSync(join(tmpdir(), 'benchframe-levels-'))
})
afterAll(() => {
  judges.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Kind {
  readonly settings: Partial<AcquisitionSettings> & { readonly dimensions: readonly Dimension[] }
  readonly frames: number
  readonly skipped?: readonly number[]
}

const types = ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'float64'] as const
const codecs = ['none', 'lzw', 'deflate', 'zstd'] as const
const wells: Dimension = {
  name: 'p',
  type: 'position',
  count: 2,
  coords: [
    { name: 'f0', plateRow: 'A', plateColumn: '1' },
    { name: 'f0', plateRow: 'B', plateColumn: '2' }
  ]
}

const kinds: Readonly<Record<string, Kind>> = {
  ...Object.fromEntries(
    types.map((dtype, i) => [
      `${dtype} ${codecs[i % 4] ?? ''}`,
      {
        settings: {
          dimensions: [t, y, x],
          dtype,
          compression: codecs[i % 4] ?? 'none',
          tileSize: 16,
          pyramidLevels: 2
        },
        frames: 5
      }
    ])
  ),
  ...Object.fromEntries(
    codecs.map((compression) => [
      `strips ${compression}`,
      { settings: { dimensions: [t, y, x], compression, pyramidLevels: 1 }, frames: 70 }
    ])
  ),
  'down to one pixel': { settings: { dimensions: [t, y, x], tileSize: 16, pyramidLevels: 6 }, frames: 3 },
  'channels and z, with skipped and missing planes': {
    settings: {
      dimensions: [t, { name: 'c', count: 2 }, { name: 'z', count: 3 }, y, x],
      compression: 'deflate',
      tileSize: 16,
      pyramidLevels: 2
    },
    frames: 10,
    skipped: [2, 3]
  },
  ...Object.fromEntries(
    (['redundant', 'master', 'companion'] as const).map((tiffMetadata) => [
      `positions, ${tiffMetadata}`,
      {
        settings: { dimensions: [t, positions(3), y, x], tiffMetadata, tileSize: 16, pyramidLevels: 2 },
        frames: 8
      }
    ])
  ),
  'a plate': {
    settings: {
      dimensions: [{ name: 't', count: 2 }, wells, y, x],
      plate: { rowNames: ['A', 'B'], columnNames: ['1', '2'], name: 'A plate' },
      compression: 'zstd',
      tileSize: 32,
      pyramidLevels: 1
    },
    frames: 4
  }
}

describe('smaller levels in OME-TIFF', () => {
  const written: { path: string; levels: number }[] = []

  test.each(Object.keys(kinds))(
    '%s: right for the kit, Bio-Formats included',
    async (name) => {
      const { settings, frames, skipped = [] } = kinds[name] as Kind
      const { stream, expected } = await record({
        rootPath: join(folder, `run${written.length}`),
        settings: { ...settings, format: 'ome-tiff' },
        frames,
        skipped
      })
      const { paths } = await stream.close()
      expect(paths).toHaveLength(1)
      const verdict = await judges.judge(paths[0] ?? '', expected)
      expect(complaints(verdict)).toEqual([])
      expect(verdict.unreached).toEqual([])
      written.push({ path: paths[0] ?? '', levels: settings.pyramidLevels ?? 0 })
    },
    60_000
  )

  test('every level of all of them is there for tifffile and Bio-Formats, the mean of the one before', async () => {
    expect(written).toHaveLength(Object.keys(kinds).length)
    const { code, stdout, stderr } = await runPython([
      join(root, 'test/spec/judge_levels.py'),
      JSON.stringify(written)
    ])
    expect([code, stderr]).toEqual([0, ''])
    const wrong = (JSON.parse(stdout) as string[][]).map((list, i) => [Object.keys(kinds)[i], ...list])
    expect(wrong.filter((list) => list.length > 1)).toEqual([])
  }, 120_000)

  test('a level that is wrong is found', async () => {
    const [first] = written
    const { stdout } = await runPython([
      join(root, 'test/spec/judge_levels.py'),
      JSON.stringify([{ ...first, levels: 3 }])
    ])
    expect((JSON.parse(stdout) as string[][])[0]?.join()).toContain('levels in series 0')
  }, 60_000)
})
