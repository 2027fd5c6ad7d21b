// `npm test`: set-up, build, then the stages. Arguments that name stages choose them; all others go on to their
// runners, so `npm test -- app -g records` runs the app tests whose title says "records".
import { ensureDisplay } from './display.mjs'
import { electronEnv, ensureElectron } from './electron-runtime.mjs'
import { build } from './build.mjs'
import { ensureJudges, judgesEnv } from './judges.mjs'
import { ensurePackages } from './packages.mjs'
import { ensurePeers, peersEnv } from './peers.mjs'
import { asProgram, say, SetupError } from './places.mjs'
import { stages, sum } from './stages.mjs'
import { ensureSystemPackages } from './system-packages.mjs'

/** @typedef {import('./stages.mjs').Count} Count */

const given = process.argv.slice(2)
const named = given.filter((name) => name in stages)
const rest = given.filter((name) => !(name in stages))
const names = named.length > 0 ? named : Object.keys(stages)
const chosen = names.flatMap((name) => stages[name] ?? [])

/** @type {string[]} */
const times = []
/** @param {string} what @param {number} start */
const tookSince = (what, start) => times.push(`${what} ${((Date.now() - start) / 1000).toFixed(1)} s`)

async function setUp() {
  await ensurePackages()
  if (chosen.some((stage) => stage.system === 'tests')) await ensureSystemPackages('tests')
  if (chosen.some((stage) => stage.peers)) await ensurePeers()
  if (chosen.some((stage) => stage.judges)) await ensureJudges()
  if (!chosen.some((stage) => stage.electron)) return {}
  const electron = await ensureElectron()
  say(`Tests run on Electron ${electron.version} (${electron.from})`)
  return electronEnv(electron)
}

/** @returns {Promise<Count>} */
async function runStages() {
  let start = Date.now()
  const electron = await setUp()
  tookSince('set-up', start)
  start = Date.now()
  const isBuilt = await build()
  tookSince('build', start)
  const needsDisplay = chosen.some((stage) => stage.display)
  const display = needsDisplay ? await ensureDisplay() : { env: {}, stop: () => undefined }
  const env = { ...process.env, ...judgesEnv, ...peersEnv, ...electron, ...display.env }
  /** @type {Count[]} */
  const counts = [{ passed: 0, failed: isBuilt ? 0 : 1, skipped: 0 }]
  try {
    for (const name of names) {
      say(`\nStage ${name}`)
      if (!isBuilt && stages[name]?.needsBuild) {
        say('not run: the app could not be built')
        continue
      }
      start = Date.now()
      const counted = await stages[name]?.run({ env, rest })
      if (counted !== undefined) counts.push(counted)
      tookSince(name, start)
    }
  } finally {
    display.stop()
  }
  return sum(counts)
}

await asProgram(async () => {
  const { passed, failed, skipped } = await runStages().catch((/** @type {Error} */ error) => {
    process.stderr.write(`${error instanceof SetupError ? error.message : error.stack}\n`)
    return { passed: 0, failed: 1, skipped: 0 }
  })
  say(`\nTimes: ${times.join(', ')}`)
  say(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failed > 0 || passed === 0 ? 1 : 0
})
