// The judges of written datasets (test/conformance), in an install folder of their own outside the checkout.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { judges, root, say } from './places.mjs'
import { must } from './run.mjs'

export const judgesEnv = { OME_CONFORMANCE_HOME: process.env['OME_CONFORMANCE_HOME'] || judges }

export async function ensureJudges() {
  const home = judgesEnv.OME_CONFORMANCE_HOME
  if (!existsSync(join(home, 'stamp')))
    say('Set-up: installing the judges of written datasets (half a minute)')
  await must('Installing the judges', 'bash', [join(root, 'test/conformance/setup.sh')], {
    env: { ...process.env, ...judgesEnv },
    output: 'keep',
    minutes: 15
  })
}
