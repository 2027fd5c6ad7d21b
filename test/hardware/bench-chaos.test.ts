/**
 * Everything at once: two users of the instrument, a trigger train, and either a bench as it is, with a line in a hundred spoilt and a cable that
 * is pulled now and then, or a wire that garbles, delays, cuts and loses all the time. Some seconds of it in the gate; BENCHFRAME_SOAK_SECONDS
 * makes it as long as wanted.
 */
import { expect, test } from 'vitest'
import { connectBenchInstrument } from '../../src-main/devices/bench-instrument/instrument'
import { Failed, type FailureCode } from '../../src-preload/contract/failure'
import { seededRandom } from '../../src-main/devices/simulated/random'
import { pause, until } from '../suites/devices/subject'
import { startTwin, type Twin, type TwinLine } from '../twins/start-twin'

const seconds = Number(process.env['BENCHFRAME_SOAK_SECONDS'] ?? 6)
/** Between two orders: the log of what went over the wire has to fit into memory at the end. */
const restMs = seconds < 60 ? 0 : 20

/** What happens to the wire until the end; answers what it did, for the report. */
type Trouble = (twin: Twin, end: number) => Promise<string>
const seed = 7
const troubles: Readonly<Record<string, Trouble>> = {
  'a line of a hundred is garbage, and the cable is pulled 20 times in 20 minutes': bench,
  'a wire that garbles, delays, cuts and loses': chaos
}

test.each(Object.entries(troubles))(
  'PEER bench: %s: no answer goes to the wrong question, nothing is sent late, and every edge is heard or counted as lost',
  async (_, trouble) => {
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
        await pause(restMs)
      } catch (error) {
        if (!(error instanceof Failed)) throw error // an answer to another question fails an assertion
        failures.add(error.code)
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
    const [what] = await Promise.all([trouble(twin, end - 1500), dimmer(), mover()])
    clearInterval(sampling)
    const grownMb = seconds >= 60 ? growthMb(heapMb) : null
    if (grownMb !== null) expect(grownMb).toBeLessThan(10)
    await until('ready again', () => instrument.status().state === 'ready', 4000)
    await until('another edge', () => last > 0 && instrument.status().state === 'ready')
    expect(done).toBeGreaterThan(seconds)
    // Only these may happen; `internal` would be a bug.
    const allowed: readonly FailureCode[] = ['device.lost', 'device.timeout', 'device.protocol']
    expect([...failures].filter((code) => !allowed.includes(code))).toEqual([])
    expect(heard + lost).toBe(last)
    expect(heard).toBeGreaterThan(0)
    const log = twin.log()
    expect(firstWordsAfterPlugging(log).filter((word) => word !== 'SYNC?')).toEqual([])
    const garbled = log.filter(({ text }) => text.startsWith('garbled: ')).length
    process.stdout.write(
      `FIGURE soak of ${seconds} s, ${what}: ${log.length} lines, ${garbled} of them garbled, ${done} orders carried out, ` +
        `${heard} edges heard, ${lost} counted as lost, failures ${[...failures].join(' ') || 'none'}` +
        `${grownMb === null ? '' : `, heap grown by ${grownMb.toFixed(1)} MB`}\n`
    )
    await instrument.close()
    await twin.close()
  },
  60_000 + seconds * 2000
)

/** At least two pulls, so that the gate sees them, too. */
async function bench(twin: Twin, end: number): Promise<string> {
  const random = seededRandom(seed)
  const pulls = Math.max(2, Math.round(seconds / 60))
  const began = performance.now()
  const moments = Array.from({ length: pulls }, () => began + random() * (end - began)).sort((a, b) => a - b)
  await twin.send({ do: 'garble', share: 0.01 })
  for (const moment of moments) {
    await pause(moment - performance.now())
    await unplugFor(twin, random() * 3000 * Math.min(1, seconds / 60))
  }
  await pause(end - performance.now())
  await twin.send({ do: 'garble', share: 0 })
  return `1 % garbage and ${pulls} pulls of the cable`
}

async function unplugFor(twin: Twin, ms: number): Promise<void> {
  await twin.send({ do: 'unplug' })
  await pause(ms)
  await twin.send({ do: 'replug' })
}

async function chaos(twin: Twin, end: number): Promise<string> {
  const random = seededRandom(seed)
  let pulls = 0
  while (performance.now() < end) {
    await pause(30 + random() * 100)
    const kind = random()
    if (kind < 0.35) await twin.send({ do: 'garbage', lines: 2 })
    else if (kind < 0.5) await twin.send({ do: 'garbage', bytes: 60 })
    else if (kind < 0.65) await twin.send({ do: 'half' })
    else if (kind < 0.8) await twin.send({ do: 'slow', ms: 250 + random() * 400 })
    else if (kind < 0.95) {
      pulls += 1
      await unplugFor(twin, random() * 300)
    } else {
      await twin.send({ do: 'silence' })
      await pause(400)
      await twin.send({ do: 'silence', on: false })
    }
  }
  return `all kinds of trouble and ${pulls} pulls of the cable`
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
