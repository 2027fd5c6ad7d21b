/** The help in the app: every page opens, with its pictures, and links lead to pages. */
import { expect, test } from '../support/app'

test('F1 opens the help; each page has its words and pictures, links lead on, and no key of it acts', async ({
  launched
}) => {
  const { page } = launched
  await page.locator('.window[data-ready=true]').waitFor()
  await page.keyboard.press('F1')
  const article = page.getByTestId('help-page')
  await expect(article.getByRole('heading', { level: 1 })).toHaveText('Your first recording')
  await page.screenshot({ path: 'test-results/help.png' })

  const entries = page.getByRole('navigation', { name: 'Pages of the help' }).getByRole('button')
  const count = await entries.count()
  expect(count).toBeGreaterThan(5)
  for (let i = 0; i < count; i++) {
    await entries.nth(i).click()
    await expect(article.getByRole('heading', { level: 1 })).toHaveText(
      (await entries.nth(i).textContent()) ?? ''
    )
    const loaded = await article.locator('img').evaluateAll((images) =>
      Promise.all(
        images.map(async (image) => {
          await (image as HTMLImageElement).decode()
          return (image as HTMLImageElement).naturalWidth
        })
      )
    )
    for (const width of loaded) expect(width).toBeGreaterThan(100)
  }

  await entries.filter({ hasText: 'Your first recording' }).click()
  await article.getByRole('link', { name: 'more about triggers' }).click()
  await expect(article.getByRole('heading', { level: 1 })).toHaveText('Triggers and rules')
})
