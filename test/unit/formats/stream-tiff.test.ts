import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createStream } from '../../../src-main/formats/stream'
import type { AcquisitionSettings } from '../../../src-main/formats/settings'
import { writerThread } from '../../support/bundle'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-stream-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const event = (name: string, width = 64, height = 48): AcquisitionSettings => ({
  rootPath: join(folder, name),
  dimensions: [
    { name: 't', count: null },
    { name: 'y', count: height },
    { name: 'x', count: width }
  ],
  dtype: 'uint16',
  format: 'ome-tiff'
})

test('an event-driven run becomes one OME-TIFF and leaves no journal', async () => {
  const stream = await createStream(event('run'), {
    threadFile: await writerThread()
  })
  const frame = new Uint16Array(64 * 48)
  for (let i = 0; i < 5; i++) {
    frame.fill(i + 1)
    await stream.append(frame, { metadata: { delta_t: i / 10, temperature: 37.5 } })
  }
  const report = await stream.close()
  expect(report).toMatchObject({ frames: 5, state: 'complete', end: 'completed' })
  expect(readdirSync(folder)).toEqual(['run.ome.tiff'])
})
