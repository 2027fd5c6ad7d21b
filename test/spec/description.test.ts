/** What people typed about a recording, before the outside judges: in its right OME place in both formats, and back as it was typed (M11). */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { emptyDescription } from '../../src-main/description-file'
import { formIn } from '../../src-main/datasets/records/recording'
import { openDataset } from '../../src-main/datasets/open-dataset'
import { fromForm } from '../../src-main/find-description'
import { createStream } from '../../src-main/formats/stream'
import type { DescriptionContent, Quantity } from '../../src-preload/contract/description'
import { storedForm } from '../../src-preload/contract/stored-form'
import { root } from '../../resources/setup/places.mjs'
import { writerThread } from '../support/bundle'
import { complaints, judge, runPython } from '../support/judge'

const folder = mkdtempSync(join(tmpdir(), 'benchframe-description-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const q = (value: number, unit: string): Quantity => ({ value, unit })

/** Every kind of value, and text that tries to be something else. No emoji: Bio-Formats reads them, and its printing tool (Xalan) does not write them. */
const DESCRIPTION: DescriptionContent = {
  ...emptyDescription(),
  profile: 'archive',
  values: {
    sample: 'Yeast <BY4741> & "friends" ☺',
    done: 'לבדיקה\n3 µM, 2 h',
    operator: 'Ada King Lovelace',
    email: 'ada@example.org',
    institution: 'Analytical Society',
    project: 'Engines',
    study: 'true',
    condition: '42',
    dose: q(3, 'µM'),
    alive: false,
    harvested: '2026-11-25',
    contrast: 'Confocal fluorescence',
    license: 'CC BY 4.0',
    variable: '3 bananas',
    notes: 'n'.repeat(10_000),
    channels: [
      {
        name: 'GFP',
        fluorophore: 'EGFP',
        excitation: q(488, 'nm'),
        emission: q(509.5, 'nm'),
        power: q(2, 'mW')
      }
    ]
  },
  own: [
    { name: 'dish', value: '007' },
    { name: 'שם', value: 'null' }
  ],
  unconfirmed: ['sample'],
  presets: [
    {
      id: 'o',
      kind: 'objective',
      name: 'Plan Apo 60x',
      values: { magnification: q(60, '×'), na: q(1.4, ''), immersion: 'Oil', refractiveIndex: q(1.515, '') }
    },
    { id: 'i', kind: 'instrument', name: 'stand', values: { manufacturer: 'Maker', model: 'Stand 1' } },
    { id: 'c', kind: 'camera', name: 'cam', values: { manufacturer: 'Cams', model: 'C1' } },
    {
      id: 'l',
      kind: 'light',
      name: 'engine',
      values: {
        sources: [
          { name: 'blue', type: 'Laser', wavelength: q(488, 'nm'), power: q(50, 'mW') },
          { name: 'white', type: 'LED' }
        ]
      }
    },
    {
      id: 'e',
      kind: 'environment',
      name: 'warm',
      values: { temperature: q(37, '°C'), humidity: q(95, '%'), co2: q(5, '%'), pressure: q(1013, 'mbar') }
    }
  ],
  chosen: { objective: 'o', instrument: 'i', camera: 'c', light: 'l', environment: 'e' }
}

async function record(): Promise<readonly string[]> {
  const pixel = { unit: 'micrometer', scale: 0.1 }
  const stream = await createStream(
    {
      rootPath: join(folder, 'run'),
      dimensions: [
        { name: 't', count: null },
        { name: 'y', count: 16, ...pixel },
        { name: 'x', count: 24, ...pixel }
      ],
      dtype: 'uint16',
      format: 'both'
    },
    { threadFile: await writerThread(), poolBytes: 100_000 }
  )
  stream.setGlobalMetadata('benchframe/form', storedForm(emptyDescription()))
  for (let n = 0; n < 3; n++)
    await stream.append(new Uint16Array(16 * 24).fill(n), { metadata: { delta_t: n } })
  stream.setGlobalMetadata('benchframe/form', storedForm(DESCRIPTION))
  return (await stream.close()).paths
}

const SEEN = {
  experimenter: ['Ada King', 'Lovelace', 'ada@example.org', 'Analytical Society'],
  refers: [true, true, true],
  description: `Yeast <BY4741> & "friends" ☺\nלבדיקה\n3 µM, 2 h\n${'n'.repeat(10_000)}`,
  project: ['Engines', true, 1],
  objective: ['Plan Apo 60x', 60, 1.4, 'Oil'],
  medium: ['Oil', 1.515],
  camera: ['Cams', 'C1'],
  microscope: ['Maker', 'Stand 1'],
  channel: ['GFP', 'EGFP', 488, 509.5],
  environment: [37, '°C', 0.95, 0.05],
  pixel: [0.1, 'µm']
}

test('M11 every field is where Bio-Formats and ome-types look, valid by the schema, and comes back as it was typed', async () => {
  const paths = await record()
  expect(paths).toHaveLength(2)
  for (const path of paths) {
    expect(complaints(await judge(path)), path).toEqual([])
    const { code, stdout, stderr } = await runPython([join(root, 'test/support/seen-description.py'), path])
    expect(code, stderr).toBe(0)
    const seen = JSON.parse(stdout) as Record<string, unknown>
    for (const [who, facts] of Object.entries(seen)) expect(facts, `${who} of ${path}`).toMatchObject(SEEN)
    expect(Object.keys(seen)).toContain(path.endsWith('.zarr') ? 'ome-types' : 'bio-formats')

    const dataset = await openDataset(path)
    try {
      const form = formIn(dataset)
      expect(form, path).toEqual(storedForm(DESCRIPTION))
      const { values, own, presets } = fromForm(form ?? {})
      expect({ values, own }).toEqual({ values: DESCRIPTION.values, own: DESCRIPTION.own })
      expect(presets.map(({ kind, name, values }) => ({ kind, name, values }))).toEqual(
        ['instrument', 'objective', 'camera', 'light', 'environment'].map((kind) => {
          const preset = DESCRIPTION.presets.find((each) => each.kind === kind)
          return { kind, name: preset?.name, values: preset?.values }
        })
      )
    } finally {
      await dataset.close()
    }
  }
}, 240_000)
