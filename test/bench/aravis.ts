// One sample of `npm run bench -- aravis`: the fake GigE camera of the Aravis project on the loopback network, 1024² of 16 bits at its own pace of 100
// frames a second into the frame pool; every frame that the camera numbered is whole or counted as lost.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { connectGenicamCamera } from '../../src-main/devices/aravis/camera'
import type { ExposureReport, PaceSink } from '../../src-main/devices/device'
import { createFramePool } from '../../src-main/formats/frame-pool'

const SIDE = 1024
const EVERY_MS = 10
const GOAL = 0.995
/** A serial number of its own, so that a left-over peer of a test is not taken for this one. */
const SERIAL = 'BENCH1'

const ms = (value: number): number => Math.round(value * 100) / 100

async function measure(seconds: number): Promise<boolean> {
  const camera = await connectGenicamCamera(`Aravis-Fake-${SERIAL}`)
  try {
    await camera.configure({ x: 0, y: 0, width: SIDE, height: SIDE, pixelType: 'uint16', exposureMs: 5 })
    // What jumbo frames are on a cable: the loopback network takes whatever the camera offers.
    const packet = camera.status().properties.find(({ key }) => key === 'packetBytes')
    if (packet?.max !== undefined) await camera.set('packetBytes', packet.max)
    const pool = createFramePool(camera.settings)
    const frames: ExposureReport[] = []
    const lateMs: number[] = []
    const lost = { transport: 0, 'no place': 0, gap: 0 }
    const state = { failure: null as Error | null }
    const sink: PaceSink = {
      place() {
        const slot = pool.take()
        return slot === null ? null : { slot, pixels: pool.pixels(slot) }
      },
      started: () => undefined,
      frame(slot, report) {
        pool.release(slot)
        frames.push(report)
        lost.gap += report.lostBefore
        lateMs.push(Number(process.hrtime.bigint() - report.startedAt) / 1e6 - report.exposureMs)
      },
      lost: (cause) => void (lost[cause] += 1),
      unused: (slot) => pool.release(slot),
      failed: (why) => void (state.failure = why)
    }
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const stop = await camera.pacing?.start(EVERY_MS, sink)
    const began = performance.now()
    while (performance.now() - began < seconds * 1000 && state.failure === null)
      await new Promise((resolve) => setTimeout(resolve, 50))
    await stop?.()
    delay.disable()
    if (state.failure !== null) throw state.failure
    const first = frames[0]
    const last = frames[frames.length - 1]
    if (first === undefined || last === undefined) throw new Error('no frame came')
    const numbered = (last.cameraFrame ?? NaN) - (first.cameraFrame ?? NaN) + 1
    const took = Number(last.startedAt - first.startedAt) / 1e9
    // Of the frames that the camera made; how near it came to the interval is told beside it.
    const share = frames.length / numbered
    const asked = (took * 1000) / EVERY_MS
    const counted = lost.gap + lost.transport + lost['no place']
    // What was lost before the first whole frame or after the last has no number here.
    const allCounted = frames.length + counted >= numbered && frames.length + lost.gap <= numbered
    lateMs.sort((a, b) => a - b)
    const at = (part: number): number => ms(lateMs[Math.floor(part * (lateMs.length - 1))] ?? NaN)
    process.stdout.write(
      `${JSON.stringify({
        seconds: ms(took),
        packetBytes: packet?.max,
        framesPerSecond: ms((frames.length - 1) / took),
        megabytesPerSecond: ms((frames.length * 2 * SIDE * SIDE) / took / 1e6),
        numbered,
        whole: frames.length,
        lost,
        completePercent: ms(100 * share),
        ofAskedPercent: ms((100 * frames.length) / asked),
        allCounted,
        endOfExposureToMainMs: { p50: at(0.5), p99: at(0.99), most: at(1) },
        loopDelayMs: { p99: ms(delay.percentile(99) / 1e6 - 1) }
      })}\n`
    )
    return share >= GOAL && allCounted
  } finally {
    await camera.close()
  }
}

async function main(seconds: number): Promise<void> {
  const peer = spawn('arv-fake-gv-camera-0.8', ['-i', '127.0.0.1', '-s', SERIAL], { stdio: 'ignore' })
  const ended = once(peer, 'exit')
  await once(peer, 'spawn')
  await new Promise((resolve) => setTimeout(resolve, 500))
  try {
    if (!(await measure(seconds))) process.exitCode = 1
  } finally {
    peer.kill('SIGKILL')
    await ended
  }
}

await main(Number(process.argv[2] ?? 60))
