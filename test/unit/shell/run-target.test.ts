import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkPrefix, nextRoot } from '../../../src-main/run-target'

const folder = (): string => mkdtempSync(join(tmpdir(), 'benchframe-target-'))

describe('the name of a run', () => {
  it('takes the first number above all that are there, whatever their suffix (S6)', () => {
    const place = folder()
    expect(nextRoot(place, 'run')).toBe(join(place, 'run_001'))
    writeFileSync(join(place, 'run_004.ome.tiff'), '')
    mkdirSync(join(place, 'run_017.journal'))
    mkdirSync(join(place, 'run_other.ome.zarr'))
    mkdirSync(join(place, 'runner_099.ome.zarr'))
    expect(nextRoot(place, 'run')).toBe(join(place, 'run_018'))
  })

  it('makes the folder', () => {
    const place = join(folder(), 'new', 'deeper')
    expect(nextRoot(place, 'a')).toBe(join(place, 'a_001'))
  })

  it.each([
    '',
    '  ',
    'a/b',
    '..',
    '.hidden',
    'con',
    'LPT1.x',
    'ends.',
    'ends ',
    'what?',
    'a\u0000b',
    'x'.repeat(200)
  ])('refuses %j, which is no file name everywhere', (prefix) => {
    expect(() => checkPrefix(prefix)).toThrow(/The name/)
  })

  it.each(['run', 'Zelle 3', 'µ-probe', '日本', 'a.b'])('takes %j', (prefix) => {
    expect(() => checkPrefix(prefix)).not.toThrow()
  })
})
