// Opening takes its time: it is told, it can be given up, and what was open before stays (R14).
import { createReadStream, statSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { runCli } from '../support/cli'
import type { Launched } from '../support/launch'
import { ready, view } from './bench'

const open = ({ app }: Launched, path: string): Promise<void> =>
  app.evaluate(
    ({ app: self }, file) => void self.emit('open-file', { preventDefault: () => undefined }, file),
    path
  )

/** Serves a folder, but answers nothing before it is let. */
async function slowServer(
  folder: string
): Promise<{ server: Server; address: string; waiting: () => number; answer: () => void }> {
  const held = new Set<() => void>()
  let holding = true
  const server = createServer((request, response) => {
    const send = (): void => {
      held.delete(send)
      const path = join(folder, decodeURIComponent(request.url ?? '/'))
      const size = statSync(path, { throwIfNoEntry: false })?.isFile() === true ? statSync(path).size : null
      response.writeHead(size === null ? 404 : 200, { 'content-length': size ?? 0 })
      if (size === null || request.method === 'HEAD') response.end()
      else createReadStream(path).pipe(response)
    }
    if (!holding) return send()
    held.add(send)
    response.on('close', () => held.delete(send))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    server,
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    waiting: () => held.size,
    answer: () => {
      holding = false
      for (const send of [...held]) send()
    }
  }
}

test('an opening that takes its time is told, can be cancelled and leaves what was open before (R14)', async ({
  launched
}) => {
  const { page } = launched
  await ready(page)
  const folder = await mkdtemp(join(tmpdir(), 'benchframe-opening-'))
  const made = await runCli(
    ...['acquire', join(folder, 'near'), '--frames', '5', '--trigger', 'interval:10'],
    ...['--size', '64x64', '--format', 'ome-zarr']
  )
  expect(made.stderr + made.stdout).toContain('5')
  const near = join(folder, 'near.ome.zarr')
  await open(launched, near)
  await expect(page.getByRole('heading', { name: 'near.ome.zarr' })).toBeVisible()
  await expect(page.getByTestId('row-count')).toContainText('5 frames')

  const far = await slowServer(folder)
  const url = `${far.address}/near.ome.zarr?far`
  const card = page.getByTestId('opening')
  const seenAfter = page.evaluate(async () => {
    const start = Date.now()
    while (document.querySelector('[data-testid="opening"]') === null) {
      if (Date.now() - start > 10_000) return Infinity
      await new Promise(requestAnimationFrame)
    }
    return Date.now()
  })
  const asked = Date.now()
  await open(launched, `${far.address}/near.ome.zarr`)
  // 200 ms on a machine that has nothing else to do
  expect((await seenAfter) - asked).toBeLessThan(1_000)
  await expect(card).toContainText('Opening near.ome.zarr…')
  await expect(card).toContainText('stays open until then')
  await expect.poll(far.waiting).toBeGreaterThan(0)

  // the dataset before is still there to be used
  await page.keyboard.press('End')
  await expect(page.getByTestId('shown-frame')).toHaveAttribute('data-frame', '4')
  await card.getByRole('button', { name: 'Cancel' }).click()
  await expect(card).toHaveCount(0)
  await expect.poll(far.waiting, 'the question to the server is taken back').toBe(0)
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByTestId('shown-frame')).toHaveAttribute('data-frame', '4')
  await expect(page.getByRole('heading', { name: 'near.ome.zarr' })).toHaveAttribute('title', near)

  await open(launched, `${far.address}/near.ome.zarr`)
  await expect(card).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(card).toHaveCount(0)
  await expect(page.getByTestId('shown-frame')).toHaveAttribute('data-frame', '4')

  // the one asked for last is opened, not the one that was on its way
  await open(launched, url)
  await expect.poll(far.waiting).toBeGreaterThan(0)
  await open(launched, `${far.address}/near.ome.zarr`)
  far.answer()
  await expect(page.getByRole('heading', { name: 'near.ome.zarr' })).toHaveAttribute(
    'title',
    `${far.address}/near.ome.zarr`
  )
  await expect(card).toHaveCount(0)
  await expect(page.getByTestId('row-count')).toContainText('5 frames')
  await expect(page.getByTestId('missing-plane')).toHaveCount(0)
  far.server.close()
})

test('an address is opened from the start page and the menu, is among the recents, and what is wrong with it is told', async ({
  launched
}) => {
  const { app, page } = launched
  await ready(page)
  const folder = await mkdtemp(join(tmpdir(), 'benchframe-address-'))
  const made = await runCli(
    ...['acquire', join(folder, 'far'), '--frames', '4', '--trigger', 'interval:10'],
    ...['--size', '64x64', '--format', 'ome-zarr']
  )
  expect(made.stderr + made.stdout).toContain('4')
  const far = await slowServer(folder)
  far.answer()
  await view(page, 'Review')
  await page.getByRole('button', { name: 'Open address…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Open an address' })
  const field = dialog.getByRole('textbox', { name: 'Address' })
  await expect(field).toBeFocused()
  await field.fill('file:///etc/passwd')
  await field.press('Enter')
  await expect(dialog.getByRole('alert')).toContainText('no address of a dataset')
  await page.screenshot({ path: 'test-results/open-address.png' })

  // a document of the dataset stands for all of it
  await field.fill(` ${far.address}/far.ome.zarr/zarr.json `)
  await field.press('Enter')
  await expect(dialog).toHaveCount(0)
  const address = `${far.address}/far.ome.zarr`
  await expect(page.getByRole('heading', { name: 'far.ome.zarr' })).toHaveAttribute('title', address)
  await expect(page.getByTestId('row-count')).toContainText('4 frames')
  await page.getByRole('button', { name: 'Close this dataset' }).click()
  await page
    .getByRole('listitem')
    .getByRole('button', { name: /far\.ome\.zarr/ })
    .click()
  await expect(page.getByRole('heading', { name: 'far.ome.zarr' })).toHaveAttribute('title', address)

  // by the menu: nothing there, and nobody there; what is open stays
  const ask = async (typed: string): Promise<void> => {
    await app.evaluate(({ Menu }) => {
      const entry = Menu.getApplicationMenu()
        ?.items.flatMap(({ submenu }) => submenu?.items ?? [])
        .find(({ label }) => label === 'Open address…')
      entry?.click()
    })
    await field.fill(typed)
    await field.press('Enter')
  }
  const failure = page.getByRole('dialog', { name: 'That did not work' })
  await ask(`${far.address}/nothing.zarr`)
  await expect(failure).toContainText(`The server knows no OME-Zarr at ${far.address}/nothing.zarr.`)
  await page.keyboard.press('Escape')
  far.server.closeAllConnections()
  await new Promise((done) => far.server.close(done))
  await ask(`${far.address}/far.ome.zarr`)
  await expect(failure).toContainText('no server answers there')
  await page.screenshot({ path: 'test-results/open-address-nobody.png' })
  await page.keyboard.press('Escape')
  await expect(page.getByRole('heading', { name: 'far.ome.zarr' })).toBeVisible()
})
