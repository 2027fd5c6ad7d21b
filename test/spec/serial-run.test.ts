/** A run that an instrument on a pty triggers, from the command line: judged with pixels and values exact, and held against what went over the wire. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { startCli } from '../support/cli'
import { complaints, judge } from '../support/judge'
import { newFolder } from '../support/profile'
import { triggerTruths } from '../support/twin-truth'
import { startTwin, type Twin } from '../twins/start-twin'

let twin: Twin | null = null
afterAll(() => twin?.close())

it('25 triggers on the wire are 25 frames with the values of their moment (S5, S10, M6)', async () => {
  twin = await startTwin({ seed: 9, temperature: 30 })
  await twin.send({ do: 'temperature', value: 30, perSecond: 3, noise: 0.05, everyMs: 41 })
  const out = join(newFolder(), 'run')
  const what = ['--trigger', `serial:${twin.path}`, '--frames', '25', '--size', '128x96', '--exposure', '5']
  const run = startCli(['acquire', out, ...what, '--expect', `${out}.expect.json`, '--progress'])
  while (run.lines().length === 0) {
    // A command that is over before it said anything would be waited for in vain.
    if (run.process.exitCode !== null) throw new Error((await run.done).stderr)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await twin.send({ do: 'trigger', count: 25, everyMs: 60 })
  const result = await run.done
  expect(result, result.stderr).toMatchObject({ code: 0 })
  for (const path of [`${out}.ome.tiff`, `${out}.ome.zarr`]) {
    expect(
      complaints(await judge(path, { expect: `${out}.expect.json`, bioformats: 'require' })),
      path
    ).toEqual([])
  }
  const truths = triggerTruths(twin.log())
  const { frames } = JSON.parse(readFileSync(`${out}.expect.json`, 'utf8')) as {
    frames: { metadata: Record<string, number> }[]
  }
  expect(frames).toHaveLength(25)
  expect(truths).toHaveLength(25)
  for (const [i, { sequence, valuesUntil }] of truths.entries()) {
    const record = frames[i]?.metadata ?? {}
    expect(record.trigger_sequence).toBe(sequence)
    for (const [key, values] of Object.entries(valuesUntil(record.late_ms ?? 0))) {
      expect(values, `${key} of frame ${i}`).toContain(record[key])
    }
  }
})
