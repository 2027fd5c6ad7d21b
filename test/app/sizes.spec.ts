/** Every view at the smallest window, at 1280 × 720 and at 4K: nothing sticks out, and what matters is in sight. */
import type { Page } from '@playwright/test'
import { expect, test } from '../support/app'
import { ready, recordSome, useNewFolder, view } from './bench'

const SIZES = [
  [960, 600],
  [1280, 720],
  [3840, 2160]
] as const

/** Elements that are cut off at the right without a way to scroll to them. */
const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = []
    for (const element of document.querySelectorAll(
      'button, input, h1, h2, [role="radio"], [role="combobox"]'
    )) {
      const box = element.getBoundingClientRect()
      if (box.width === 0 || box.right <= window.innerWidth + 1) continue
      let scroller = element.parentElement
      while (scroller !== null && !['auto', 'scroll'].includes(getComputedStyle(scroller).overflowX))
        scroller = scroller.parentElement
      if (scroller === null) found.push(`${element.tagName} ${element.textContent?.trim() ?? ''}`)
    }
    if (document.documentElement.scrollWidth > window.innerWidth) found.push('the page scrolls sideways')
    return found
  })

test('nothing sticks out at any size, and Record, Stop and the picture are in sight', async ({
  launched
}) => {
  test.setTimeout(120_000)
  const { app, page } = launched
  await ready(page)
  await useNewFolder(launched)
  await recordSome(page, 3)
  await page.getByRole('button', { name: 'Open in Review' }).first().click()
  await expect(page.getByTestId('row-count')).toContainText('frames')
  for (const [width, height] of SIZES) {
    await app.evaluate(
      ({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w, h),
      [width, height] as const
    )
    await expect.poll(() => page.evaluate(() => window.innerWidth)).toBe(width)
    for (const name of ['Review', 'Devices', 'Rules', 'Help', 'Settings', 'Acquire']) {
      await view(page, name)
      await page.waitForTimeout(150)
      await page.screenshot({ path: `test-results/sizes/${name}-${width}.png`.toLowerCase() })
      expect(await cutOff(page), `${name} at ${width} × ${height}`).toEqual([])
    }
    await expect(page.getByRole('button', { name: 'Record', exact: true })).toBeInViewport({ ratio: 1 })
    const box = await page.getByTestId('picture').boundingBox()
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThan(150)
  }
})
