/**
 * Everything at once: two users of the instrument, a trigger train, and a wire that garbles, delays, cuts and loses. Some seconds of it in
 * the gate; BENCHFRAME_SOAK_SECONDS makes it as long as wanted.
 */
import { expect, test } from 'vitest'
import { connectBenchInstrument } from '../../src-main/devices/bench-instrument/instrument'
import type { FailureCode } from '../../src-preload/contract/failure'
import { seededRandom } from '../../src-main/devices/simulated/random'
import { pause, until } from '../suites/devices/subject'
import { startTwin, type Twin, type TwinLine } from '../twins/start-twin'

const seconds = Number(process.env['BENCHFRAME_SOAK_SECONDS'] ?? 6)

test(
  'PEER bench: no answer goes to the wrong question, nothing is sent late, and every edge is heard or counted as lost',
  async () => {
    const twin = await startTwin()
    const instrument = await connectBenchInstrument(twin.path)
    const end = performance.now() + seconds * 1000
    const failures = new Set<FailureCode>()
    let done = 0
    let heard = 0
    let lost = 0
    let last = 0
    instrument.trigger.onEdge(({ sequence, lostBefore }) => {
      heard += 1
      lost += lostBefore
      last = sequence
    })
    await twin.send({ do: 'trigger', count: null, everyMs: 7 })
    await twin.send({ do: 'temperature', value: 30, noise: 1, everyMs: 5 })

    const attempt = async (work: () => Promise<void>): Promise<void> => {
      try {
        await work()
        done += 1
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error
        failures.add(error.code as FailureCode)
        await pause(10)
      }
    }
    const dimmer = async (): Promise<void> => {
      for (let mw = 1; performance.now() < end; mw = (mw % 90) + 1) {
        await attempt(async () => {
          await instrument.light.set('power', mw)
          expect(instrument.light.status().properties.find(({ key }) => key === 'power')?.value).toBe(mw)
        })
      }
    }
    const mover = async (): Promise<void> => {
      for (let x = 0; performance.now() < end; x = (x + 1) % 50) {
        await attempt(async () => {
          await instrument.stage.moveTo({ x })
          expect(instrument.stage.readings()[0]?.value).toBe(x)
        })
      }
    }

    const heapMb: number[] = []
    const sampling = setInterval(() => heapMb.push(process.memoryUsage().heapUsed / 2 ** 20), 200)
    await Promise.all([dimmer(), mover(), trouble(twin, end - 1500)])
    clearInterval(sampling)
    if (seconds >= 60) expect(growthMb(heapMb)).toBeLessThan(10)
    await until('ready again', () => instrument.status().state === 'ready', 4000)
    await until('another edge', () => last > 0 && instrument.status().state === 'ready')
    expect(done).toBeGreaterThan(seconds)
    // Only these may happen; `internal` would be a bug, and an assertion above is no failure with a code.
    const allowed: readonly FailureCode[] = ['device.lost', 'device.timeout', 'device.protocol']
    expect([...failures].filter((code) => !allowed.includes(code))).toEqual([])
    expect(heard + lost).toBe(last)
    expect(heard).toBeGreaterThan(0)
    expect(firstWordsAfterPlugging(twin.log()).filter((word) => word !== 'SYNC?')).toEqual([])
    await instrument.close()
    await twin.close()
  },
  60_000 + seconds * 2000
)

async function trouble(twin: Twin, end: number): Promise<void> {
  const random = seededRandom(7)
  while (performance.now() < end) {
    await pause(30 + random() * 100)
    const kind = random()
    if (kind < 0.35) await twin.send({ do: 'garbage', lines: 2 })
    else if (kind < 0.5) await twin.send({ do: 'garbage', bytes: 60 })
    else if (kind < 0.65) await twin.send({ do: 'half' })
    else if (kind < 0.8) await twin.send({ do: 'slow', ms: 250 + random() * 400 })
    else if (kind < 0.95) {
      await twin.send({ do: 'unplug' })
      await pause(random() * 300)
      await twin.send({ do: 'replug' })
    } else {
      await twin.send({ do: 'silence' })
      await pause(400)
      await twin.send({ do: 'silence', on: false })
    }
  }
}

/** How much more is held at least in the last quarter than in the second: what garbage collection leaves. */
function growthMb(samples: readonly number[]): number {
  const quarter = Math.floor(samples.length / 4)
  const least = (from: number): number => Math.min(...samples.slice(from, from + quarter))
  return least(samples.length - quarter) - least(quarter)
}

/** A ghost write would be the first thing that a plugged-in instrument hears. */
function firstWordsAfterPlugging(log: readonly TwinLine[]): string[] {
  return log.flatMap(({ text }, i) => {
    if (text !== 'plugged') return []
    const next = log.slice(i + 1).find(({ dir }) => dir === 'in')
    return next === undefined ? [] : [next.text.split(' ')[0] ?? '']
  })
}
