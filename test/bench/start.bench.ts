/**
 * npm run bench -- app: from starting the program to a window that answers, the third and later times (warm), in ms. With Playwright attached, which
 * makes it longer; the picture being live and the button to record being pressable count as answering.
 */
import { expect, test } from '../support/app'
import { newFolder, profile } from '../support/profile'

const STARTS = 6

test('start to an interactive window', async ({ start }) => {
  test.setTimeout(180_000)
  const userData = profile({ folder: newFolder() })
  const times: number[] = []
  for (let i = 0; i < STARTS; i++) {
    const before = Date.now()
    const launched = await start({ userData })
    const record = launched.page.getByRole('button', { name: 'Record', exact: true })
    await expect(record).toBeEnabled()
    await record.click({ trial: true })
    // The page's own clock tells when it began to load; what was before it is main's.
    times.push(Date.now() - before)
    await launched.close()
  }
  const warm = times.slice(2).sort((a, b) => a - b)
  process.stdout.write(
    `${JSON.stringify({ startMs: { median: warm[Math.floor(warm.length / 2)], all: times } })}\n`
  )
})
