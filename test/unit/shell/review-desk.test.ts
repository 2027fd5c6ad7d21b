// Datasets that are open for review: followed while they are recorded, and never closed under who reads from them.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Events } from '../../../src-preload/contract/events'
import type { Dataset } from '../../../src-main/datasets/dataset'
import { createStream } from '../../../src-main/formats/stream'
import { OpenSet } from '../../../src-main/open-set'
import { ReviewDesk } from '../../../src-main/review-desk'
import { writerThread } from '../../support/bundle'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-desk-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a recording that goes on', () => {
  it.each(['.ome.tiff', '.ome.zarr'])(
    'is told with what is new or changed, under one id, until it is finished: %s (S16, R13)',
    async (suffix) => {
      const stream = await createStream(
        {
          rootPath: join(folder, 'run'),
          format: 'both',
          dtype: 'uint16',
          dimensions: [
            { name: 't', count: null, type: 'time' },
            { name: 'y', count: 16, type: 'space' },
            { name: 'x', count: 16, type: 'space' }
          ]
        },
        { threadFile: await writerThread() }
      )
      const append = (i: number): Promise<unknown> =>
        stream.append(new Uint16Array(256).fill(1000 + i), { metadata: { delta_t: i } })
      const note = (frame: number, text: string): Promise<void> =>
        stream.addEvent({ time: 1, kind: 'note', frame, text }) // answers when all is on the disk
      for (let i = 0; i < 4; i++) await append(i)
      await note(3, 'first')

      const told: Events['dataset.grown'][] = []
      const lost: unknown[] = []
      const desk = new ReviewDesk({ grown: (grown) => told.push(grown), lost: (error) => lost.push(error) })
      const { id, state } = await desk.open(join(folder, `run${suffix}`))
      expect(state).toBe('recording')
      for (let i = 4; i < 6; i++) await append(i)
      await note(5, 'second')
      await expect.poll(() => told.at(-1)?.info.frames, { timeout: 5_000 }).toBe(6)
      await note(1, 'late')
      await expect.poll(() => told.at(-1)?.changedFrom, { timeout: 5_000 }).toBe(1)
      const { keys, rows } = await desk.rows(id, 1, 1)
      expect(rows[0]?.cells[keys.indexOf('note')]).toBe('late')

      await stream.close()
      await expect.poll(() => told.at(-1)?.info.state, { timeout: 5_000 }).toBe('complete')
      expect(told.at(-1)?.changedFrom).toBe(0)
      expect(new Set(told.map(({ info }) => info.id))).toEqual(new Set([id]))
      for (let i = 0; i < 6; i++) {
        const picture = await desk.picture(id, 0, [i], 16)
        expect([picture.min, picture.max]).toEqual([1000 + i, 1000 + i])
      }
      expect(lost).toEqual([])
      await desk.closeAll()
    }
  )
})

describe('an open dataset', () => {
  const closing = (): { log: string[]; set: OpenSet } => {
    const log: string[] = []
    const dataset = { path: '/data/x.ome.tiff', close: () => Promise.resolve(void log.push('closed')) }
    return { log, set: new OpenSet(dataset as unknown as Dataset) }
  }

  it('is closed after the last reader is done, when a newer one has taken its place', async () => {
    const { log, set } = closing()
    let end = (): void => undefined
    const read = set.read(async (_, signal) => {
      await new Promise<void>((done) => (end = done))
      log.push(`read, unwanted: ${String(signal.aborted)}`)
    })
    await set.retire()
    expect(log).toEqual([])
    end()
    await read
    expect(log).toEqual(['read, unwanted: false', 'closed'])
  })

  it('tells its readers that they are not wanted any more when it is closed, and is closed once', async () => {
    const { log, set } = closing()
    let end = (): void => undefined
    const read = set.read(async (_, signal) => {
      await new Promise<void>((done) => (end = done))
      signal.throwIfAborted()
    })
    await set.close()
    await set.retire()
    end()
    await expect(read).rejects.toMatchObject({ code: 'cancelled' })
    expect(log).toEqual(['closed'])
  })
})

describe('an opening', () => {
  it('ends at once when it is stopped, and takes its question back (R14)', async () => {
    let asked = 0
    const server = createServer((_, response) => {
      asked++
      response.on('close', () => asked--)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const path = `http://127.0.0.1:${(server.address() as AddressInfo).port}/far.ome.zarr`
    const desk = new ReviewDesk()
    const opening = desk.open(path)
    await expect.poll(() => asked).toBe(1)
    desk.openStop(path)
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' })
    await expect.poll(() => asked).toBe(0)
    // the second wish for the same path takes the place of the first
    const first = desk.open(path)
    const second = desk.open(path)
    await expect(first).rejects.toMatchObject({ code: 'cancelled' })
    void desk.closeAll()
    await expect(second).rejects.toMatchObject({ code: 'cancelled' })
    server.close()
  })
})
