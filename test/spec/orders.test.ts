/** S8: t, c, z and positions in every order, and a run stopped after every possible number of its frames, in both formats. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Dimension } from '../../src-main/formats/settings'
import { complaints } from '../support/judge'
import { judgeBatch, type JudgeBatch } from '../support/judge-batch'
import { positions, record, x, y } from '../support/written-run'

let judges: JudgeBatch
let folder = ''
beforeAll(() => {
  judges = judgeBatch()
})
afterAll(() => {
  judges.close()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchframe-orders-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const axes: readonly Dimension[] = [
  { name: 't', count: 2 },
  { name: 'c', count: 3 },
  { name: 'z', count: 2 },
  positions(2)
]

const orders = (rest: readonly Dimension[]): Dimension[][] =>
  rest.length === 0
    ? [[]]
    : rest.flatMap((first) => orders(rest.filter((other) => other !== first)).map((more) => [first, ...more]))

async function complaintsOf(outer: readonly Dimension[], frames: number): Promise<string[]> {
  const { stream, expected } = await record({
    rootPath: join(folder, 'run'),
    settings: { dimensions: [...outer, y, x] },
    frames
  })
  const { paths } = await stream.close()
  expect(paths).toHaveLength(2)
  const verdicts = await Promise.all(paths.map((path) => judges.judge(path, expected)))
  return verdicts.flatMap((verdict) => [...complaints(verdict), ...verdict.unreached])
}

test.each(orders(axes).map((order) => ({ order, name: order.map((axis) => axis.name).join(' ') })))(
  'acquired in the order $name',
  async ({ order }) => {
    expect(await complaintsOf(order, 24)).toEqual([])
  }
)

test.each(Array.from({ length: 24 }, (_, i) => i + 1))('stopped after %i frames', async (frames) => {
  expect(await complaintsOf(axes, frames)).toEqual([])
})
