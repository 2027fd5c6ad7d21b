/** How soon an unplug is known and an instrument is back, and how long a question takes; `npm run soak` asks for 200 unplugs. */
import { expect, test } from 'vitest'
import { connectByProfile } from '../../src-main/devices/profiles/profile-instrument'
import { shippedProfiles } from '../../src-main/devices/profiles/shipped'
import { seededRandom } from '../../src-main/devices/simulated/random'
import { pause, until } from '../suites/devices/subject'
import { startInstrumentTwin } from '../twins/start-twin'

const unplugs = Number(process.env['BENCHFRAME_UNPLUGS'] ?? 10)
const profile = shippedProfiles.find(({ id }) => id === 'asi-ms2000')

test(
  'PEER asi: no unplug of many in random moments is missed, and each time it is back within a second (D2)',
  async () => {
    if (profile === undefined) throw new Error('no profile')
    const twin = await startInstrumentTwin('asi-ms2000')
    const device = await connectByProfile(twin.path, profile)
    const at: Record<'lost' | 'ready', bigint[]> = { lost: [], ready: [] }
    let state = 'ready'
    device.onChange(() => {
      const now = device.status().state
      if (now === state || (now !== 'lost' && now !== 'ready')) return
      state = now
      at[now].push(process.hrtime.bigint())
    })
    const roundTripsMs: number[] = []
    const random = seededRandom(11)
    for (let i = 0; i < unplugs; i++) {
      for (let asked = 0; asked < 20; asked++) {
        const before = performance.now()
        await device.stage?.refresh()
        roundTripsMs.push(performance.now() - before)
      }
      const asking = device.stage?.refresh().catch(() => undefined) // the cable goes while something is asked
      await pause(random() * 4)
      await twin.send({ do: 'unplug' })
      await until('lost', () => at.lost.length === i + 1)
      await asking
      await pause(random() * 300)
      await twin.send({ do: 'replug' })
      await until('back', () => at.ready.length === i + 1, 4000)
    }
    const times = (event: string): bigint[] =>
      twin
        .log()
        .filter(({ dir, text }) => dir === 'event' && text === event)
        .map(({ t }) => BigInt(t))
    const unplugged = times('unplugged')
    const plugged = times('plugged').slice(1)
    const ms = (from: readonly bigint[], to: readonly bigint[]): number[] =>
      from.map((one, i) => Number((to[i] ?? 0n) - one) / 1e6)
    const lostMs = ms(unplugged, at.lost)
    const readyMs = ms(plugged, at.ready)
    say('unplug to lost', lostMs)
    say('replug to ready', readyMs)
    say('question and answer', roundTripsMs)
    expect(lostMs.length).toBe(unplugs)
    expect(Math.max(...lostMs)).toBeLessThan(1000)
    await device.close()
    await twin.close()
  },
  30_000 + unplugs * 4000
)

function say(what: string, ms: readonly number[]): void {
  const sorted = [...ms].sort((a, b) => a - b)
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN).toFixed(2)
  process.stdout.write(
    `FIGURE ${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms of ${sorted.length}\n`
  )
}
