// A movie made on the command line: every picture is decoded by Bio-Formats and has the grey of its frame.
import { existsSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../resources/setup/places.mjs'
import { createStream } from '../../src-main/formats/stream'
import { writeBigZarr } from '../support/big-pictures'
import { writerThread } from '../support/bundle'
import { runCli } from '../support/cli'
import { runPython } from '../support/judge'

const WIDTH = 70
const HEIGHT = 50
/** The first frame goes from 0 to 1000 and so sets the window; the others are even. */
const EVEN = [0, 250, 500, 750, 1000]
let folder = ''
let source = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-movie-'))
  const stream = await createStream(
    {
      rootPath: join(folder, 'run'),
      format: 'ome-zarr',
      dtype: 'uint16',
      dimensions: [
        { name: 't', count: null, chunkSize: 1 },
        { name: 'y', count: HEIGHT },
        { name: 'x', count: WIDTH }
      ]
    },
    { threadFile: await writerThread() }
  )
  const ramp = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
    Math.round((1000 * i) / (WIDTH * HEIGHT - 1))
  )
  for (const pixels of [ramp, ...EVEN.map((value) => ramp.map(() => value))])
    await stream.append(pixels, { metadata: { level: pixels[9] ?? 0 } })
  await stream.close()
  source = stream.paths[0] ?? ''
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function seen(path: string): Promise<[width: number, height: number, mean: number][]> {
  const { code, stdout, stderr } = await runPython([join(root, 'test/spec/judge_movie.py'), path])
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout) as [number, number, number][]
}

describe('benchframe export to .avi', () => {
  test('has every frame in its order and with its grey (X4)', async () => {
    const path = join(folder, 'all.avi')
    const { code, stdout } = await runCli('export', source, path, '--fps', '5', '--json')
    expect([code, JSON.parse(stdout)]).toEqual([0, { path, frames: 6, notes: [] }])
    const pictures = await seen(path)
    expect(pictures.map(([width, height]) => [width, height])).toEqual(pictures.map(() => [WIDTH, HEIGHT]))
    const greys = pictures.map(([, , mean]) => mean)
    ;[127.5, ...EVEN.map((value) => (value / 1000) * 255)].forEach((wanted, i) =>
      expect(Math.abs((greys[i] ?? NaN) - wanted), `picture ${i}: ${greys[i]}`).toBeLessThan(2.5)
    )
    expect(readFileSync(path).readUInt32LE(32)).toBe(200_000) // µs a frame
  }, 60_000)

  test('takes the frames that are asked for, and leaves out those without pixels', async () => {
    unlinkSync(join(source, '0', 'c', '3', '0', '0'))
    const path = join(folder, 'some.avi')
    const { code, stdout } = await runCli('export', source, path, '--frames', '0,2-5', '--where', '# < 5')
    expect([code, stdout]).toEqual([
      0,
      `${path}: 3 frames\nnote: 1 frame without whole pixels is left out.\n`
    ])
    const greys = (await seen(path)).map(([, , mean]) => Math.round(mean / 10))
    expect(greys).toEqual([13, 6, 19])
  }, 60_000)

  test('a frame of which a part was never written is left out: black would be a lie (R6)', async () => {
    const path = join(folder, 'open.ome.zarr')
    writeBigZarr(path, { side: 256, chunk: 128, spot: { x: 0, y: 0 }, around: 8, smaller: 0 })
    expect((await runCli('export', path, join(folder, 'whole.avi'))).code).toBe(0)
    unlinkSync(join(path, '0', 'c', '1', '1'))
    const { code, stderr } = await runCli('export', path, join(folder, 'open.avi'))
    expect([code, stderr]).toEqual([1, expect.stringMatching(/1\/1.* is missing/)])
    expect(existsSync(join(folder, 'open.avi'))).toBe(false)
  })

  test('what can not be: exit codes, and nothing is overwritten or left behind', async () => {
    const there = join(folder, 'there.avi')
    writeFileSync(there, 'mine')
    const to = (...args: string[]): Promise<[number | null, string]> =>
      runCli('export', source, ...args).then(({ code, stderr }) => [code, stderr])
    expect(await to(there)).toEqual([1, expect.stringContaining('exists already')])
    expect(readFileSync(there, 'utf8')).toBe('mine')
    const no = join(folder, 'no.avi')
    expect(await to(no, '--image', '3')).toEqual([1, expect.stringContaining('Image 3 is asked for')])
    expect(await to(no, '--frames', '3')).toEqual([1, expect.stringContaining('is missing')])
    expect(await to(no, '--fps', 'x')).toEqual([2, expect.stringContaining('--fps')])
    expect((await to(join(folder, 'a.png'), '--fps', '3'))[0]).toBe(2)
    expect(existsSync(no)).toBe(false)
  })
})
