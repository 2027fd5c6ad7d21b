// The first start, as a newcomer's: a window, its name, a clean log, and an end when it is closed.
import { expect, test } from '../support/app'

test('shows a window without an error and ends with it', async ({ start }) => {
  const launched = await start()
  await expect(launched.page).toHaveTitle(/Benchframe/)
  const about = await launched.app.evaluate(({ app }) => ({
    name: app.getName(),
    packaged: app.isPackaged,
    folder: app.getPath('userData')
  }))
  expect(about).toEqual({ name: 'Benchframe', packaged: false, folder: launched.userData })

  await launched.close()
})
