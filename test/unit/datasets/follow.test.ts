import { join } from 'node:path'
import { expect, it } from 'vitest'
import { followDataset } from '../../../src-main/datasets/follow'
import { H, smallStreams, W } from '../../support/small-stream'

const streams = smallStreams()

it('one look comes after the other: who takes its time, and one failure, cost no news (S16)', async () => {
  const stream = await streams.open({ format: 'ome-zarr' })
  const append = (i: number): Promise<unknown> => stream.append(new Uint16Array(W * H).fill(i + 1))
  await append(0)
  const states: string[] = []
  const failures: unknown[] = []
  let busy = 0
  let most = 0
  const stop = followDataset(
    join(streams.folder, 'run.ome.zarr'),
    {
      dataset: async (dataset) => {
        most = Math.max(most, ++busy)
        await new Promise((resolve) => setTimeout(resolve, 150))
        await dataset.close()
        busy--
        // The first look at the finished dataset comes to nothing, and nothing changes on the disk after it.
        if (dataset.state === 'complete' && failures.length === 0) throw new Error('not yet')
        states.push(dataset.state)
      },
      failed: (error) => failures.push(error)
    },
    { everyMs: 20 }
  )
  await expect.poll(() => states.length, { timeout: 5000 }).toBeGreaterThan(0)
  for (let i = 1; i < 4; i++) await append(i)
  await stream.close()
  await expect.poll(() => states[states.length - 1], { timeout: 5000 }).toBe('complete')
  stop()
  expect(failures.map(String)).toEqual(['Error: not yet'])
  expect(most).toBe(1)
})
