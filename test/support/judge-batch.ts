/** The judges for many datasets: one Python and one Java process answer one dataset after the other. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { judgesEnv } from '../../resources/setup/judges.mjs'
import { root } from '../../resources/setup/places.mjs'
import { judgesPython, type Verdict } from './judge'

export interface JudgeBatch {
  /** Bio-Formats has to say something about every OME-TIFF. */
  judge(path: string, expected: object): Promise<Verdict>
  close(): void
}

export function judgeBatch(): JudgeBatch {
  const child = spawn(judgesPython(), [join(root, 'test/spec/judge_batch.py')], {
    env: { ...process.env, ...judgesEnv }
  })
  const waiting: { resolve: (verdict: Verdict) => void; reject: (reason: Error) => void }[] = []
  let errors = ''
  child.stderr.on('data', (data: Buffer) => {
    errors = (errors + data.toString()).slice(-4_000)
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    waiting.shift()?.resolve(JSON.parse(line) as Verdict)
  })
  child.once('close', (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`The judges ended with ${code}: ${errors}`))
  })
  return {
    judge: (path, expected) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        child.stdin.write(`${JSON.stringify({ path, expect: expected })}\n`)
      }),
    close: () => child.stdin.end()
  }
}
