// A decoder that hangs or dies costs one error on one frame, never the program (R7).
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createForeignDecoder } from '../../../src-main/datasets/foreign-decoder'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { bundle } from '../../support/bundle'

/** 16 × 16, one strip of grey JPEG: quality 90 of a diagonal ramp, written by libjpeg. */
const JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/wAALCAAQABABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APjb4f8Aw2/1f7r07V9K/D/4bf6v916dq1fh/wDDb/V/uvTtX0t8P/ht/q/3Xp2r/9k=',
  'base64'
)

/** A classic TIFF of one strip. */
function tiff(strip: Buffer, compression: number): string {
  const entries = [
    [256, 16],
    [257, 16],
    [258, 8],
    [259, compression],
    [262, 1],
    [273, 8 + 2 + 10 * 12 + 4],
    [277, 1],
    [278, 16],
    [279, strip.length],
    [339, 1]
  ]
  const head = Buffer.alloc(8 + 2 + entries.length * 12 + 4)
  head.write('II*\0')
  head.writeUInt32LE(8, 4)
  head.writeUInt16LE(entries.length, 8)
  entries.forEach(([tag, value], i) => {
    const at = 10 + i * 12
    head.writeUInt16LE(tag ?? 0, at)
    head.writeUInt16LE(4, at + 2)
    head.writeUInt32LE(1, at + 4)
    head.writeUInt32LE(value ?? 0, at + 8)
  })
  const path = join(mkdtempSync(join(tmpdir(), 'benchframe-jpeg-')), 'x.tif')
  writeFileSync(path, Buffer.concat([head, strip]))
  return path
}

/** A thread that does this with every request. */
function thread(body: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'benchframe-thread-')), 'thread.cjs')
  writeFileSync(path, `require('node:worker_threads').parentPort.on('message', (request) => { ${body} })`)
  return path
}

async function firstPlane(path: string, options: Parameters<typeof createForeignDecoder>[0]) {
  const foreign = createForeignDecoder(options)
  const dataset = await openDataset(path, { foreign })
  return { plane: await dataset.plane(0, []), again: () => dataset.plane(0, []) }
}

describe('the decoder thread', () => {
  it('decodes JPEG', async () => {
    const { plane } = await firstPlane(tiff(JPEG, 7), {
      file: await bundle('src-main/datasets/reader-thread.ts')
    })
    if ('missing' in plane) throw new Error(plane.reason)
    expect([plane.width, plane.height, plane.data.length]).toEqual([16, 16, 256])
    // libjpeg's own decoder gives 0, 8, 14, 20 … 211, 218, 225; decoders of JPEG may differ by a step
    for (const [at, value] of [
      [0, 0],
      [1, 8],
      [2, 14],
      [3, 20],
      [253, 211],
      [254, 218],
      [255, 225]
    ] as const) {
      expect(Math.abs(Number(plane.data[at]) - value)).toBeLessThanOrEqual(2)
    }
  })

  it.each([
    ['throws', 'throw new Error("broken")', /decoder failed \(broken\)/],
    ['exits', 'process.exit(3)', /decoder died/],
    ['hangs', 'for (;;);', /longer than 0.3 s/],
    [
      'takes too much memory',
      'const kept = []; for (;;) kept.push(new Array(1e6).fill({}))',
      /decoder (failed|died)/
    ]
  ])('that %s gives a reason for this frame, and a new one starts', async (_, body, reason) => {
    const limits = { file: thread(body), limitMs: body.startsWith('const') ? 20_000 : 300, heapMb: 24 }
    const { plane, again } = await firstPlane(tiff(JPEG, 7), limits)
    expect(plane).toMatchObject({ missing: 'damaged', reason: expect.stringMatching(reason) as string })
    expect(await again()).toMatchObject({ missing: 'damaged' })
  })

  it('is not asked for what is read here', async () => {
    const pixels = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
    const { plane } = await firstPlane(tiff(deflateSync(pixels), 8), { file: '/nowhere' })
    expect('missing' in plane ? plane : [...(plane.data as Uint8Array)]).toEqual([...pixels])
  })
})
