/** Unplugs an instrument many times at random moments and measures on one clock: unplug to lost, replug to ready, question to answer. */
import { connectByProfile } from '../../src-main/devices/profiles/profile-instrument'
import { shippedProfiles } from '../../src-main/devices/profiles/shipped'
import { seededRandom } from '../../src-main/devices/simulated/random'
import { pause, until } from '../suites/devices/subject'
import { startInstrumentTwin } from '../twins/start-twin'

const PROFILE = 'asi-ms2000'
const QUESTIONS_BETWEEN = 20

export interface UnplugFigures {
  /** Where it was measured, such as “Electron 22.3.25”. */
  readonly runtime: string
  readonly lostMs: readonly number[]
  readonly readyMs: readonly number[]
  readonly roundTripsMs: readonly number[]
}

/** Throws when an unplug is missed or the instrument does not come back. */
export async function measureUnplugs(unplugs: number): Promise<UnplugFigures> {
  const profile = shippedProfiles.find(({ id }) => id === PROFILE)
  if (profile === undefined) throw new Error(`there is no profile ${PROFILE}`)
  const twin = await startInstrumentTwin(PROFILE)
  const device = await connectByProfile(twin.path, profile)
  try {
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
      for (let asked = 0; asked < QUESTIONS_BETWEEN; asked++) {
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
    const log = twin.log()
    const times = (event: string): bigint[] =>
      log.filter(({ dir, text }) => dir === 'event' && text === event).map(({ t }) => BigInt(t))
    const ms = (from: readonly bigint[], to: readonly bigint[]): number[] =>
      from.map((one, i) => Number((to[i] ?? 0n) - one) / 1e6)
    return {
      runtime: runtimeName(),
      lostMs: ms(times('unplugged'), at.lost),
      readyMs: ms(times('plugged').slice(1), at.ready),
      roundTripsMs
    }
  } finally {
    await device.close()
    await twin.close()
  }
}

const runtimeName = (): string =>
  process.versions['electron'] === undefined
    ? `Node ${process.versions.node}`
    : `Electron ${process.versions['electron']}`
