// `npm run soak [seconds]`: 20 minutes of a bench with 1 % garbage and a cable that is pulled 20 times, as long of a wire that garbles, delays, cuts and
// loses all the time, then 200 unplugs in Node and 200 in Electron, with figures.
// `npm run soak -- app [minutes]`: two hours of recording in the real app, with its memory.
import { onRealApp } from '../../test/bench/app.mjs'
import { ensurePackages } from './packages.mjs'
import { asProgram, say } from './places.mjs'
import { stages } from './stages.mjs'

const [what = '1200', minutes = '120'] = process.argv.slice(2)

await asProgram(async () => {
  await ensurePackages()
  if (what === 'app')
    return onRealApp('test/config/bench.config.ts', { BENCH_MATCH: 'app.soak.ts', SOAK_MINUTES: minutes })
  const seconds = Number(what)
  const env = {
    ...process.env,
    BENCHFRAME_SOAK_SECONDS: what,
    BENCHFRAME_UNPLUGS: seconds < 1200 ? '20' : '200'
  }
  const rest = ['test/hardware/bench-chaos.test.ts', 'test/hardware/wire-figures.test.ts']
  const counted = await stages['hardware']?.run({ env, rest, minutes: 40 + (seconds * 4) / 60 })
  const { passed, failed, skipped } = counted ?? { passed: 0, failed: 1, skipped: 0 }
  say(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failed > 0 || passed === 0 ? 1 : 0
})
