// `npm run soak [seconds]`: 20 minutes of a bench with 1 % garbage and a cable that is pulled 20 times, as long of a wire that garbles, delays, cuts and
// loses all the time, then 200 unplugs in Node and 200 in Electron, with figures.
import { ensurePackages } from './packages.mjs'
import { asProgram, say } from './places.mjs'
import { stages } from './stages.mjs'

const seconds = Number(process.argv[2] ?? 1200)

await asProgram(async () => {
  await ensurePackages()
  const env = {
    ...process.env,
    BENCHFRAME_SOAK_SECONDS: String(seconds),
    BENCHFRAME_UNPLUGS: seconds < 1200 ? '20' : '200'
  }
  const rest = ['test/hardware/bench-chaos.test.ts', 'test/hardware/wire-figures.test.ts']
  const counted = await stages['hardware']?.run({ env, rest, minutes: 40 + (seconds * 4) / 60 })
  const { passed, failed, skipped } = counted ?? { passed: 0, failed: 1, skipped: 0 }
  say(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failed > 0 || passed === 0 ? 1 : 0
})
