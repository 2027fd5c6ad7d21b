/** What can go wrong on a bench, met as a user meets it: each is one plain sentence, nothing hangs, and what is written stays right. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { electronEnv, electronFlags, ensureElectron } from '../../resources/setup/electron-runtime.mjs'
import { root } from '../../resources/setup/places.mjs'
import { expect, test } from '../support/app'
import { complaints, judge } from '../support/judge'
import type { Launched } from '../support/launch'
import { newFolder, profile } from '../support/profile'
import { startTwin } from '../twins/start-twin'
import { recordsIn, zarrRoot } from './bench'

const small = { width: 256, height: 256, pixelType: 'uint16', exposureMs: 5 } as const

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

async function record(page: Page, frames: number): Promise<void> {
  await button(page, 'Record').click()
  await expect(page.getByTestId('run-state')).toContainText('Recording')
  await expect
    .poll(async () => Number(await page.getByTestId('durable').getAttribute('data-value')))
    .toBeGreaterThanOrEqual(frames)
}

/** Answers the system's question without a person: 0 is the first button. Counts how often it was asked. */
const answerQuestions = (launched: Launched, response: number): Promise<void> =>
  launched.app.evaluate(({ dialog }, answer) => {
    const asked = globalThis as unknown as { asked: number }
    asked.asked = 0
    dialog.showMessageBox = () => {
      asked.asked += 1
      return Promise.resolve({ response: answer, checkboxChecked: false })
    }
  }, response)

const timesAsked = ({ app }: Launched): Promise<number> =>
  app.evaluate(() => (globalThis as unknown as { asked: number }).asked)

const closeWindow = ({ app }: Launched): Promise<void> =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())

test('closing the window during a run asks once, then finishes the dataset (S7)', async ({ start }) => {
  const folder = newFolder()
  const launched = await start({
    userData: profile({ folder, format: 'both', intervalMs: 20, camera: small })
  })
  await record(launched.page, 5)
  await answerQuestions(launched, 1)
  await closeWindow(launched)
  await expect.poll(() => timesAsked(launched)).toBe(1)
  await expect(launched.page.getByTestId('run-state')).toContainText('Recording')

  await answerQuestions(launched, 0)
  const ended = new Promise((resolve) => launched.app.process().once('exit', resolve))
  await closeWindow(launched)
  await ended
  expect(readdirSync(folder).sort()).toEqual(['run_001.ome.tiff', 'run_001.ome.zarr'])
  for (const name of readdirSync(folder)) expect(complaints(await judge(join(folder, name)))).toEqual([])
})

test('after kill -9 the recording opens as incomplete and one click recovers every durable frame (S1, S2)', async ({
  start
}) => {
  const folder = newFolder()
  const userData = profile({ folder, format: 'both', intervalMs: 20, camera: small })
  const first = await start({ userData })
  await record(first.page, 30)
  const durable = Number(await first.page.getByTestId('durable').getAttribute('data-value'))
  const dead = new Promise((resolve) => first.app.process().once('exit', resolve))
  first.app.process().kill('SIGKILL')
  await dead
  expect(existsSync(join(folder, 'run_001.journal'))).toBe(true)

  const { page } = await start({ userData, args: [join(folder, 'run_001.ome.zarr')] })
  await expect(page.getByTestId('dataset-state')).toContainText('incomplete')
  await button(page, 'Recover').click()
  await expect(page.getByTestId('recovery')).toContainText('recovered')
  await expect(page.getByTestId('dataset-state')).toHaveCount(0)
  expect(existsSync(join(folder, 'run_001.journal'))).toBe(false)
  expect(recordsIn(join(folder, 'run_001.ome.zarr')).length).toBeGreaterThanOrEqual(durable)
  for (const name of ['run_001.ome.tiff', 'run_001.ome.zarr'])
    expect(complaints(await judge(join(folder, name)))).toEqual([])
})

test('a full disk ends the run with a shorter, right dataset and says so (T3, S3)', async ({ start }) => {
  test.skip(process.getuid?.() !== 0, 'only root may mount a small disk')
  const folder = newFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder])
  try {
    const { page } = await start({
      userData: profile({ folder, format: 'both', intervalMs: 10, camera: small })
    })
    await button(page, 'Record').click()
    await expect(page.getByTestId('receipt')).toContainText('disk', { timeout: 40_000 })
    await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true')
    expect(readdirSync(folder).sort()).toEqual(['run_001.ome.tiff', 'run_001.ome.zarr'])
    for (const name of readdirSync(folder)) expect(complaints(await judge(join(folder, name)))).toEqual([])
  } finally {
    execFileSync('umount', ['-l', folder])
  }
})

test('a cable pulled in mid-run marks the instrument lost, the run goes on, and the cable put back is found (D2)', async ({
  start
}) => {
  const folder = newFolder()
  const twin = await startTwin({ temperature: 21 })
  try {
    const { page } = await start({
      userData: profile({
        folder,
        format: 'ome-zarr',
        intervalMs: 50,
        camera: small,
        serialPorts: [twin.path]
      })
    })
    await expect(page.getByText('6 of 6 devices ready')).toBeVisible()
    await record(page, 5)
    await twin.send({ do: 'unplug' })
    await expect(page.getByText('5 of 6 devices ready')).toBeVisible()
    const atLoss = Number(await page.getByTestId('written').getAttribute('data-value'))
    await expect
      .poll(async () => Number(await page.getByTestId('written').getAttribute('data-value')))
      .toBeGreaterThan(atLoss + 10)
    await twin.send({ do: 'replug' })
    await expect(page.getByText('6 of 6 devices ready')).toBeVisible()
    await button(page, 'Stop').click()
    await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true')
  } finally {
    await twin.close()
  }
  const root = zarrRoot(join(folder, 'run_001.ome.zarr'))
  const records = root.attributes.ome_writers.frame_metadata
  const flagged = records.filter(({ error_flags: flags }) => Array.isArray(flags))
  expect(flagged.length).toBeGreaterThan(5)
  for (const record of flagged) expect(record).not.toHaveProperty('temperature')
  expect(records[0]?.temperature).toBeCloseTo(21, 0)
  expect(records[records.length - 1]).toHaveProperty('temperature')
})

test('ports that are unknown, no serial port, or silent are told in words (D1)', async ({ start }) => {
  const twin = await startTwin()
  await twin.send({ do: 'silence', on: true, all: true })
  const plain = join(newFolder(), 'plain.txt')
  writeFileSync(plain, 'no port')
  try {
    const { page } = await start()
    await button(page, 'Devices').click()
    const tell = async (port: string): Promise<string> => {
      await page.getByLabel('Port', { exact: true }).fill(port)
      await button(page, 'Connect').click()
      await expect(page.getByTestId('connect-failure')).toContainText(port, { timeout: 15_000 })
      const text = (await page.getByTestId('connect-failure').textContent()) ?? ''
      await page.getByLabel('Port', { exact: true }).fill('')
      return text
    }
    expect(await tell('/dev/ttyNothing7')).toMatch(/no port/i)
    expect(await tell(plain)).toMatch(/not a serial port/i)
    expect(await tell(twin.path)).toMatch(/nothing answers/i)
  } finally {
    await twin.close()
  }
})

test('a folder that can not be written stops the recording before it starts, with the fix beside it (S6)', async ({
  start
}) => {
  const file = join(newFolder(), 'file')
  writeFileSync(file, '')
  const { page } = await start({ userData: profile({ folder: join(file, 'below'), camera: small }) })
  await expect(page.getByTestId('preflight-name')).toContainText('Nothing can be written')
  await expect(page.getByTestId('preflight-name')).toContainText('Choose another folder')
})

test('a damaged dataset is one plain sentence, and the app goes on (R14)', async ({ start }) => {
  const folder = newFolder()
  const damaged = join(folder, 'damaged.ome.tiff')
  writeFileSync(damaged, Buffer.from('49492b000800000010000000000000', 'hex'))
  const { page } = await start({ args: [damaged] })
  await expect(page.getByRole('dialog')).toContainText('damaged.ome.tiff')
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  await button(page, 'Acquire').click()
  await expect(page.getByTestId('picture')).toHaveAttribute('data-frame', /\d+/)
})

test('a second start brings the first window to the front and hands over its file', async ({ start }) => {
  const folder = newFolder()
  mkdirSync(join(folder, 'nothing.ome.zarr'))
  const userData = profile({ folder, camera: small })
  const first = await start({ userData })
  const executable = await first.app.evaluate(({ app }) => app.getPath('exe'))
  const root = await first.app.evaluate(({ app }) => app.getAppPath())
  const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const out = execFileSync(
    executable,
    [...flags, `--user-data-dir=${userData}`, root, join(folder, 'nothing.ome.zarr')],
    {
      encoding: 'utf8',
      timeout: 20_000,
      stdio: ['ignore', 'pipe', 'ignore']
    }
  )
  expect(out).toContain('already running')
  await expect(first.page.getByRole('dialog')).toContainText('nothing.ome.zarr')
})

test('a bug in main ends a test run at once instead of hanging in a dialog', async () => {
  // Started without Playwright: its inspector, which is in the process then, now and then crashes it on the way out.
  const electron = await ensureElectron()
  const userData = newFolder()
  const bug = join(userData, 'bug.cjs')
  writeFileSync(
    bug,
    `require('electron').app.whenReady().then(() => setTimeout(() => { throw new Error('a bug of this test') }, 500))`
  )
  const args = ['-r', bug, ...electronFlags, `--user-data-dir=${userData}`, root]
  const child = spawn(electron.executable, args, {
    env: { ...process.env, ...electronEnv(electron), BENCHFRAME_TEST: '1' },
    timeout: 20_000
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  expect(output).toContain('a bug of this test')
  expect(code).toBe(1)
})
