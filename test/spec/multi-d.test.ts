/** Multi-D runs as outside readers see them: every plane in its place, with its record, in both formats and in any order. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runCli } from '../support/cli'
import { judge } from '../support/judge'
import { newFolder } from '../support/profile'

const PLAN = {
  time: { count: 4, everyMs: 50 },
  positions: {
    list: [
      { name: 'left', x: 100, y: 200, z: 40 },
      { name: 'right', x: 130, y: 220, z: null }
    ]
  },
  channels: {
    list: [
      {
        name: 'dim',
        color: '#00aaff',
        exposureMs: 2,
        set: [{ device: 'sim-laser', property: 'power', value: 10 }]
      },
      {
        name: 'bright',
        color: '#ff8800',
        exposureMs: null,
        set: [{ device: 'sim-laser', property: 'power', value: 40 }]
      }
    ]
  },
  z: { from: -1, to: 1, step: 1 }
}

it.each(['tpcz', 'ptzc', 'zcpt'])(
  '2 positions × 2 channels × 3 z × 4 t in the order %s: every plane and value in its place (S5, S12)',
  async (order) => {
    const folder = newFolder()
    const plan = join(folder, 'plan.json')
    writeFileSync(plan, JSON.stringify({ ...PLAN, order: [...order] }))
    const out = join(folder, 'run')
    const expected = join(folder, 'expect.json')
    const result = await runCli(
      'acquire',
      out,
      '--multi-d',
      plan,
      '--size',
      '64x48',
      '--expect',
      expected,
      '--exposure',
      '3'
    )
    expect(result, result.stderr).toMatchObject({ code: 0 })
    for (const path of [`${out}.ome.zarr`, out]) {
      const verdict = await judge(path, { expect: expected, bioformats: 'require' })
      expect(verdict.failed, path).toEqual([])
      expect(verdict.unreached, path).toEqual([])
    }
  }
)

it('wells of a plate, each with its fields, are a plate to outside readers in both formats (NGFF 0.5 plate, OME Plate)', async () => {
  const folder = newFolder()
  const plan = join(folder, 'plan.json')
  const plate = {
    format: '24',
    rows: 4,
    columns: 6,
    pitchXUm: 50,
    pitchYUm: 40,
    wells: ['B2', 'A1', 'A3', 'D6'],
    fields: { rows: 1, columns: 2, stepXUm: 5, stepYUm: 5 },
    a1: { x: 100, y: 200, z: 40 },
    second: null,
    mirrored: { x: false, y: false }
  }
  writeFileSync(
    plan,
    JSON.stringify({ ...PLAN, positions: { list: [], from: 'plate', plate }, order: ['t', 'p', 'c', 'z'] })
  )
  const out = join(folder, 'run')
  const expected = join(folder, 'expect.json')
  const size = ['--size', '64x48', '--exposure', '3']
  const result = await runCli('acquire', out, '--multi-d', plan, '--expect', expected, ...size)
  expect(result, result.stderr).toMatchObject({ code: 0 })
  for (const path of [`${out}.ome.zarr`, out]) {
    const verdict = await judge(path, { expect: expected, bioformats: 'require' })
    expect(verdict.failed, path).toEqual([])
    expect(verdict.unreached, path).toEqual([])
  }
  const root = JSON.parse(readFileSync(join(`${out}.ome.zarr`, 'zarr.json'), 'utf8')) as {
    attributes: { ome: { plate: { wells: { path: string }[] } } }
  }
  expect(root.attributes.ome.plate.wells.map(({ path }) => path)).toEqual(['A/1', 'A/3', 'B/2', 'D/6'])
  const xml = readFileSync(join(out, 'run_p000.ome.tiff'), 'latin1')
  expect(xml).toContain('<Plate ID="Plate:0"')
  expect(xml.match(/<WellSample /g)).toHaveLength(8)
  expect(xml).toContain('<Image ID="Image:2" Name="A3-1">')
})
