/** A receipt must not guess: with time to count, every plane is looked for (S5). */
import { mkdtempSync, rmSync, truncateSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDataset } from '../../../src-main/datasets/open-dataset'
import { createStream } from '../../../src-main/formats/stream'
import { writerThread } from '../../support/bundle'

it.each(['ome-tiff', 'ome-zarr'] as const)(
  '%s: planes are counted, and a torn end is noticed',
  async (format) => {
    const folder = mkdtempSync(join(tmpdir(), 'benchframe-count-'))
    const settings = {
      rootPath: join(folder, 'run'),
      dimensions: [
        { name: 't', count: null },
        { name: 'y', count: 16 },
        { name: 'x', count: 16 }
      ],
      dtype: 'uint8',
      format
    } as const
    const stream = await createStream(settings, { threadFile: await writerThread() })
    for (let i = 0; i < 500; i++) await stream.append(new Uint8Array(256).fill(i), { metadata: { i } })
    const { paths } = await stream.close()
    const path = paths[0] ?? ''
    const look = async (countMs: number): Promise<number | null> => {
      const dataset = await openDataset(path, { countMs })
      const present = dataset.images[0]?.present ?? null
      await dataset.close()
      return present
    }
    expect(await look(Infinity)).toBe(500)
    expect(await look(-1)).toBeNull()
    if (format === 'ome-zarr') {
      const shard = join(path, '0', 'c', '0', '0', '0')
      truncateSync(shard, statSync(shard).size - 1)
      expect(await look(Infinity)).toBe(0)
    }
    rmSync(folder, { recursive: true })
  }
)
