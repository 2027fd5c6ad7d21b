/** What happens around a recording and must not touch it: the drive is pulled out, the clock is set, the window changes its size. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/app'
import { complaints, judge } from '../support/judge'
import { newFolder, profile } from '../support/profile'
import { counter, ready, recordsIn, shownFrame } from './bench'

const small = { width: 256, height: 256, pixelType: 'uint16', exposureMs: 5 } as const

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

async function record(page: Page, frames: number): Promise<void> {
  await button(page, 'Record').click()
  await more(page, frames)
}

/** Waits for so many more durable frames. */
async function more(page: Page, frames: number): Promise<void> {
  const before = await counter(page, 'durable')
  await expect
    .poll(() => counter(page, 'durable'), { timeout: 20_000 })
    .toBeGreaterThanOrEqual(before + frames)
}

async function stop(page: Page): Promise<void> {
  await button(page, 'Stop').click()
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true')
}

/** A drive of its own in a file; false where this machine does not let us. */
function mountDrive(image: string, folder: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  try {
    if (!existsSync(image)) {
      execFileSync('truncate', ['-s', '128M', image])
      execFileSync('mkfs.ext4', ['-q', '-F', image])
    }
    execFileSync('mount', ['-o', 'loop', image, folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Nothing where it is out already. */
function pullOut(folder: string): void {
  spawnSync('umount', ['-l', folder])
}

test('a drive pulled out in mid-run: the run says that its files are gone, and with the drive back every durable frame is recovered (S3, S12)', async ({
  start
}) => {
  const image = join(newFolder(), 'drive.img')
  const folder = newFolder()
  test.skip(!mountDrive(image, folder), 'this machine mounts no drive from a file')
  try {
    // A file for each frame, so that the loss is met at once and not only at the end.
    const { app, page } = await start({
      userData: profile({ folder, format: 'ome-zarr', intervalMs: 40, camera: small })
    })
    await ready(page)
    await record(page, 20)
    const durable = await counter(page, 'durable')
    pullOut(folder)
    await button(page, 'Stop').click()
    const receipt = page.getByTestId('receipt')
    await expect(receipt).toContainText(folder, { timeout: 30_000 })
    await expect(receipt.getByRole('alert').or(page.getByTestId('verdict')).first()).not.toHaveAttribute(
      'data-complete',
      'true'
    )
    await page.screenshot({ path: 'test-results/drive-gone.png' })

    expect(mountDrive(image, folder)).toBe(true)
    const [name] = readdirSync(folder).filter((entry) => entry.endsWith('.ome.zarr'))
    // As a double click on the dataset does on a Mac.
    await app.evaluate(
      (electron, path) => {
        electron.app.emit('open-file', { preventDefault: () => undefined }, path)
      },
      join(folder, name as string)
    )
    await button(page, 'Recover').click()
    await expect(page.getByTestId('recovery')).toContainText('recovered')
    expect(recordsIn(join(folder, name as string)).length).toBeGreaterThanOrEqual(durable)
    expect(complaints(await judge(join(folder, name as string)))).toEqual([])
  } finally {
    pullOut(folder)
  }
})

test('the clock set a day on, and a year back, in mid-run moves no frame and no countdown (M1, T5)', async ({
  start
}) => {
  const folder = newFolder()
  const { app, page } = await start({
    userData: profile({ folder, format: 'both', triggerKind: 'interval', intervalMs: 50, camera: small })
  })
  await ready(page)
  const setClock = (byMs: number): Promise<void> =>
    app.evaluate((_, ms) => {
      const now = Date.now
      Date.now = () => now() + ms
    }, byMs)
  await record(page, 10)
  await setClock(86_400_000)
  await more(page, 10)
  await setClock(-366 * 86_400_000)
  await more(page, 10)
  await stop(page)

  const records = recordsIn(join(folder, 'run_001.ome.zarr'))
  const times = records.map(({ delta_t: seconds }) => Number(seconds))
  for (let i = 1; i < times.length; i++) {
    const step = (times[i] as number) - (times[i - 1] as number)
    expect(step, `between frame ${i - 1} and ${i}`).toBeGreaterThan(0)
    expect(step, `between frame ${i - 1} and ${i}`).toBeLessThan(5)
  }
  for (const entry of readdirSync(folder)) expect(complaints(await judge(join(folder, entry)))).toEqual([])
})

test('the window resized, zoomed and minimized in mid-run drops no frame, and the picture goes on (U2)', async ({
  start
}) => {
  const folder = newFolder()
  const { app, page } = await start({
    userData: profile({ folder, format: 'ome-zarr', triggerKind: 'interval', intervalMs: 50, camera: small })
  })
  await ready(page)
  const resize = (width: number, height: number, zoom: number): Promise<void> =>
    app.evaluate(
      ({ BrowserWindow }, to) => {
        const [window] = BrowserWindow.getAllWindows()
        window?.setSize(to.width, to.height)
        window?.webContents.setZoomFactor(to.zoom)
      },
      { width, height, zoom }
    )
  await record(page, 5)
  const sizes = [
    [960, 600, 1],
    [1500, 950, 1.25],
    [1280, 720, 0.8],
    [1100, 700, 1]
  ] as const
  for (const [width, height, zoom] of sizes) {
    await resize(width, height, zoom)
    const frame = await shownFrame(page)
    await expect.poll(() => shownFrame(page)).toBeGreaterThan(frame)
    const picture = await page.getByTestId('picture').boundingBox()
    const inside = await page.evaluate(() => [window.innerWidth, window.innerHeight] as const)
    expect((picture?.x ?? 0) + (picture?.width ?? 0)).toBeLessThanOrEqual(inside[0] + 1)
    expect((picture?.y ?? 0) + (picture?.height ?? 0)).toBeLessThanOrEqual(inside[1] + 1)
  }
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize())
  await more(page, 10)
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.restore())
  expect(await counter(page, 'dropped')).toBe(0)
  await stop(page)
  expect(complaints(await judge(join(folder, 'run_001.ome.zarr')))).toEqual([])
})

test('what was being typed is still there when the app is started a second time, and after it was killed (U5)', async ({
  start
}) => {
  const folder = newFolder()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'note.txt'), '')
  const userData = profile({ folder, camera: small })
  const first = await start({ userData })
  await ready(first.page)
  const box = first.page.getByRole('textbox', { name: 'Sample', exact: true })
  const typed = 'Aktin 🔬 خلية, third slide'
  await box.fill(typed)
  const executable = await first.app.evaluate(({ app }) => app.getPath('exe'))
  const root = await first.app.evaluate(({ app }) => app.getAppPath())
  const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  execFileSync(executable, [...flags, `--user-data-dir=${userData}`, root], {
    timeout: 20_000,
    stdio: 'ignore'
  })
  await expect(box).toHaveValue(typed)
  // A draft is on disk within a second, without leaving the field.
  await first.page.waitForTimeout(1000)
  const dead = new Promise((resolve) => first.app.process().once('exit', resolve))
  first.app.process().kill('SIGKILL')
  await dead
  const { page } = await start({ userData })
  await expect(page.getByRole('textbox', { name: 'Sample', exact: true })).toHaveValue(typed)
})
