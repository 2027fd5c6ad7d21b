/** S2: what other programs see of a killed recording that nobody has recovered: right pixels or a clear failure, never wrong ones. */
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AcquisitionSettings } from '../../src-main/formats/settings'
import { writerThread } from '../support/bundle'
import { judge, runPython } from '../support/judge'
import { pixelsOf } from './frames'
import { HEIGHT, WIDTH, runAndKill } from './killed'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-foreign-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** The planes that tifffile takes for the image, hashed; null where it says that it cannot read the file. */
const SCRIPT = `
import hashlib, json, sys, tifffile
try:
    with tifffile.TiffFile(sys.argv[1]) as tiff:
        planes = tiff.series[0].asarray().reshape(-1, ${HEIGHT}, ${WIDTH})
        print(json.dumps([hashlib.sha256(p.tobytes()).hexdigest() for p in planes]))
except Exception as error:
    print(json.dumps(None))
`

async function planesSeen(path: string): Promise<string[] | null> {
  const { stdout } = await runPython(['-c', SCRIPT, path])
  return JSON.parse(stdout) as string[] | null
}

test.each([
  ['none', 250],
  ['none', 900],
  ['deflate', 700],
  ['none', 1500]
] as const)(
  'S2 an OME-TIFF (%s) killed after %i ms shows tifffile and Bio-Formats right pixels',
  async (compression, afterMs) => {
    const settings: AcquisitionSettings = {
      rootPath: join(folder, 'run'),
      dtype: 'uint16',
      format: 'ome-tiff',
      compression,
      dimensions: [
        { name: 't', count: null },
        { name: 'c', count: 2 },
        { name: 'y', count: HEIGHT },
        { name: 'x', count: WIDTH }
      ]
    }
    const threadFile = await writerThread()
    const input = {
      kind: 'record',
      settings,
      threadFile,
      frames: null,
      framesPerSecond: 300,
      rhythm: {}
    } as const
    const said = await runAndKill(input, afterMs, ({ accepted }) => accepted !== undefined)
    const path = join(folder, 'run.ome.tiff')
    expect(existsSync(path)).toBe(true)
    const seen = await planesSeen(path)
    if (afterMs > 600) expect(seen?.length).toBeGreaterThan((said.durable ?? 0) / 2)
    seen?.forEach((hash, n) => {
      expect(hash).toBe(
        createHash('sha256')
          .update(new Uint8Array(pixelsOf(n, WIDTH, HEIGHT).buffer))
          .digest('hex')
      )
    })
    if (seen === null) return
    const { failed } = await judge(path)
    const aboutPixels = [
      'bf.open',
      'bf.pixels',
      'bf.series',
      'tiff.open',
      'tiff.strips',
      'tiff.decode',
      'tifffile.series',
      'xml.xsd'
    ]
    expect(failed.filter(({ rule }) => aboutPixels.includes(rule))).toEqual([])
  }
)
