/** Runs inside Electron, in its main process as the app does: unplugs an instrument many times and sends what it measured to the test. */
import { app } from 'electron'
import { measureUnplugs } from './unplugs'

process.on('disconnect', () => app.exit(0))
void app.whenReady().then(async () => {
  try {
    process.send?.({ figures: await measureUnplugs(Number(process.env['BENCHFRAME_UNPLUGS'])) })
  } catch (error) {
    process.send?.({ problem: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
})
