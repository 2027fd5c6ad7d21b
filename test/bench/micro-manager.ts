// One sample of `npm run bench -- micro-manager`: the demo camera of Micro-Manager, 2048² of 16 bits, one snap after the other into the frame pool.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { connectMicroManager } from '../../src-main/devices/mm/instrument'
import { createFramePool } from '../../src-main/formats/frame-pool'
import { adapters, bench, writeConfiguration } from '../support/micro-manager'

const ms = (value: number): number => Math.round(value * 100) / 100

async function main(seconds: number): Promise<void> {
  const { cfg, remove } = writeConfiguration([
    ...bench,
    'Property,Camera,OnCameraCCDXSize,2048',
    'Property,Camera,OnCameraCCDYSize,2048',
    'Property,Camera,FastImage,1' // else the camera spends its time on drawing
  ])
  const instrument = await connectMicroManager(cfg, adapters)
  try {
    const { camera } = instrument
    if (camera === undefined) throw new Error('the configuration has no camera')
    await camera.configure({ exposureMs: 0.1 })
    const pool = createFramePool(camera.settings)
    const delay = monitorEventLoopDelay({ resolution: 1 })
    const each: number[] = []
    delay.enable()
    const began = performance.now()
    while (performance.now() - began < seconds * 1000) {
      const before = performance.now()
      const slot = pool.take()
      if (slot === null) throw new Error('the pool is full')
      await camera.expose(pool.pixels(slot))
      pool.release(slot)
      each.push(performance.now() - before)
    }
    const took = (performance.now() - began) / 1000
    delay.disable()
    each.sort((a, b) => a - b)
    const at = (part: number): number => ms(each[Math.floor(part * each.length)] ?? NaN)
    process.stdout.write(
      `${JSON.stringify({
        ...camera.settings,
        framesPerSecond: ms(each.length / took),
        frameMs: { p50: at(0.5), p99: at(0.99) },
        loopDelayMs: { p99: ms(delay.percentile(99) / 1e6 - 1) }
      })}\n`
    )
  } finally {
    await instrument.close()
    remove()
  }
}

await main(Number(process.argv[2] ?? 10))
