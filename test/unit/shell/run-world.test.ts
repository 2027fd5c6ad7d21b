import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createDeviceSet } from '../../../src-main/devices/device-set'
import { createFramePool } from '../../../src-main/formats/frame-pool'
import { createRunWorld } from '../../../src-main/run-world'
import { usualMultiD, type MultiD } from '../../../src-preload/contract/multi-d'
import { newFolder } from '../../support/profile'

const channel = (name: string): MultiD['channels']['list'][number] => ({
  name,
  color: null,
  exposureMs: null,
  set: []
})

it.each(['tc', 'ct'])(
  'a plan stopped in the middle of a step (%s) is counted by its frames, not by the planes that pad it (S5)',
  async (order) => {
    const devices = createDeviceSet()
    const pool = createFramePool({ width: 16, height: 8, pixelType: 'uint16' }, 1)
    try {
      const world = createRunWorld(devices, () => undefined)
      const stream = await world.openStream({
        root: join(newFolder(), 'run'),
        format: 'both',
        pool,
        pixelSizeUm: null,
        significantBits: 16,
        multiD: {
          ...usualMultiD(),
          order: [...([...order] as ('t' | 'c')[]), 'p', 'z'],
          time: { on: true, count: 4, everyMs: 0 },
          channels: { on: true, list: [channel('DAPI'), channel('GFP')] }
        }
      })
      for (let i = 0; i < 5; i++) {
        const slot = await pool.waitForSlot()
        pool.pixels(slot).fill(i + 1)
        stream.submit(slot, { delta_t: i, channel: i % 2 === 0 ? 'DAPI' : 'GFP' })
      }
      const { paths } = await stream.close()
      const counted = await world.verify(paths)
      expect(counted.map(({ readable, records }) => [readable, records])).toEqual([
        [5, 5],
        [5, 5]
      ])
    } finally {
      await devices.close()
    }
  }
)
