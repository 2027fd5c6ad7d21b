// The judges themselves: the reference's own datasets get their known verdicts, and every broken copy is caught.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../resources/setup/places.mjs'
import { complaints, judge, runPython } from '../support/judge'

const kit = join(root, 'test/conformance')
const golden = join(kit, 'golden/event_driven')

describe('the judges', () => {
  it('tell right datasets from broken ones', async () => {
    const { code, stdout } = await runPython([join(kit, 'mutants/mutate.py'), '--bioformats', 'off'])
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^\d+ passed, 0 failed$/)
    expect(code).toBe(0)
  })

  it.each(['data.ome.tiff', 'data.ome.zarr'])(
    'accept the reference writer’s %s, Bio-Formats included',
    async (name) => {
      const verdict = await judge(join(golden, name), { expect: join(golden, 'expect.json') })
      expect(complaints(verdict)).toEqual([])
      expect(verdict.unreached).toEqual([])
      if (name.endsWith('.tiff')) expect(verdict.passed).toContain('bf.pixels')
    }
  )

  it('refuse it when something else was acquired', async () => {
    const expected = { axes: ['t', 'y', 'x'], dtype: 'uint16', images: [{ shape: [6, 64, 64] }], frames: [] }
    const verdict = await judge(join(golden, 'data.ome.zarr'), { expect: expected })
    expect(verdict.failed.map(({ rule }) => rule)).toContain('exp.shape')
  })
})
