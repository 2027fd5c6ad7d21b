// The stages of `npm test`: what each needs, what it runs, and how its runner's report is counted.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, say } from './places.mjs'
import { run } from './run.mjs'

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */
/** @typedef {{ env: NodeJS.ProcessEnv, rest: readonly string[], minutes?: number }} Context `rest` goes on to the runner. */
/**
 * @typedef {{
 *   system: 'window' | 'tests' | undefined, judges: boolean, peers: boolean, electron: boolean, display: boolean, needsBuild: boolean,
 *   run: (context: Context) => Promise<Count>
 * }} Stage
 */

const reports = join(root, 'test-results')

/** @param {readonly Count[]} counts @returns {Count} */
export function sum(counts) {
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const { passed, failed, skipped } of counts) {
    total.passed += passed
    total.failed += failed
    total.skipped += skipped
  }
  return total
}

/**
 * A runner that ends badly without a failed test, or leaves no report, is a failure of its own.
 * @param {string} report
 * @param {number} code
 * @param {(report: any) => Count} read
 */
function count(report, code, read) {
  let counted = { passed: 0, failed: 0, skipped: 0 }
  try {
    counted = read(JSON.parse(readFileSync(report, 'utf8')))
  } catch (error) {
    say(`No usable report in ${report}: ${error}`)
    return { ...counted, failed: 1 }
  }
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted
}

/** @param {string} name */
function reportFile(name) {
  const file = join(reports, `${name}.json`)
  mkdirSync(reports, { recursive: true })
  rmSync(file, { force: true })
  return file
}

/** One tool that only says yes or no. @param {string} name @param {string} file @param {string[]} args */
async function verdict(name, file, args) {
  const start = Date.now()
  const program = [join(root, 'node_modules', file), ...args]
  const { code, text } = await run(process.execPath, program, { cwd: root, output: 'keep' })
  say(`  ${code === 0 ? 'passed' : 'FAILED'}  ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`)
  if (code === 124) say(`${text}\n${name} took too long and was ended.`)
  else if (text.trim() !== '') say(text.trim())
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
}

/** Several programs, one verdict. @param {readonly string[]} projects */
async function types(projects) {
  const counts = []
  for (const project of projects)
    counts.push(
      await verdict(`types of ${project}`, 'vue-tsc/bin/vue-tsc.js', [
        '-p',
        `test/config/tsconfig.${project}.json`
      ])
    )
  const failed = counts.some((each) => each.failed > 0)
  return { passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0 }
}

/** @param {readonly string[]} projects @param {Context} context @param {number} minutes */
async function vitest(projects, { env, rest }, minutes) {
  const report = reportFile(`vitest-${projects.join('-')}`)
  const choice = projects.flatMap((project) => ['--project', project])
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const program = join(root, 'node_modules/vitest/vitest.mjs')
  const args = [program, 'run', '--config', 'test/config/vitest.config.ts', ...choice, ...reporters, ...rest]
  const { code } = await run(process.execPath, args, { cwd: root, env, minutes })
  return count(report, code, (result) => {
    /** A file that could not even be loaded has no test to fail. @param {any} file */
    const broken = (file) =>
      file.status === 'failed' &&
      !file.assertionResults.some((/** @type {any} */ each) => each.status === 'failed')
    const passed = result.numPassedTests
    const skipped = result.numPendingTests + (result.numTodoTests ?? 0)
    // tests that began in a process that died are neither passed nor failed in the report
    const unfinished = result.numTotalTests - passed - skipped
    return { passed, failed: unfinished + result.testResults.filter(broken).length, skipped }
  })
}

/**
 * Tests of devices name their peer in the title: a line for each says how it went.
 * @param {Context} context
 */
async function hardware(context) {
  const counted = await vitest(['hardware'], context, context.minutes ?? 15)
  /** @type {Map<string, { passed: number, failed: number }>} */
  const peers = new Map()
  const report = join(reports, 'vitest-hardware.json')
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
  for (const { assertionResults } of testResults)
    for (const { fullName, status } of assertionResults) {
      const name = /^PEER ([^ :]+)/.exec(fullName)?.[1] ?? 'other'
      const peer = peers.get(name) ?? { passed: 0, failed: 0 }
      peers.set(name, peer)
      if (status === 'passed') peer.passed += 1
      else if (status === 'failed') peer.failed += 1
    }
  for (const [name, { passed, failed }] of peers) say(`PEER ${name}: ${passed} passed, ${failed} failed`)
  return counted
}

/** @param {Context} context */
async function playwright({ env, rest }) {
  const report = reportFile('playwright')
  const program = join(root, 'node_modules/@playwright/test/cli.js')
  const args = [program, 'test', '-c', 'test/config/playwright.config.ts', '--pass-with-no-tests', ...rest]
  const { code } = await run(process.execPath, args, {
    cwd: root,
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    minutes: 25
  })
  return count(report, code, ({ stats }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped
  }))
}

/** Ten kinds of recordings, killed so many times each; a kill, its recovery and its judges take some seconds. @param {NodeJS.ProcessEnv} env */
const crashMinutes = (env) => {
  const kills = Number(env['BENCHFRAME_KILLS'] ?? (env['npm_lifecycle_event'] === 'test:crash' ? 20 : 1))
  return (10 * kills * 6) / 60
}

/** @type {Record<string, Stage>} */
export const stages = {
  check: {
    system: undefined,
    judges: false,
    peers: false,
    electron: false,
    display: false,
    needsBuild: false, // types and lint find faults better than a bundler does
    run: async (context) => {
      // types and lint use one core each
      const verdicts = await Promise.all([
        types(['contract', 'main', 'renderer', 'test']),
        verdict('lint', 'eslint/bin/eslint.js', ['-c', 'test/config/eslint.config.mjs', '.']).then(
          async (lint) => sum([lint, await types(['electron22'])])
        )
      ])
      return sum([...verdicts, await vitest(['unit', 'renderer'], context, 15)])
    }
  },
  hardware: {
    system: 'tests',
    judges: false,
    peers: true,
    electron: true, // the hidden window of USB cameras
    display: true,
    needsBuild: true, // the camera's thread
    run: hardware
  },
  app: {
    system: 'tests',
    judges: true,
    peers: true,
    electron: true,
    display: true,
    needsBuild: true,
    run: playwright
  },
  spec: {
    system: 'tests',
    judges: true,
    peers: false,
    electron: false,
    display: false,
    needsBuild: true,
    run: (context) => vitest(['spec'], context, context.env['BENCHFRAME_MATRIX'] === 'full' ? 120 : 20)
  },
  crash: {
    system: 'tests',
    judges: true,
    peers: false,
    electron: true,
    display: true,
    needsBuild: true,
    run: (context) => vitest(['crash'], context, 15 + crashMinutes(context.env))
  }
}
