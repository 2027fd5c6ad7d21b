/** A profile of the app with settings of a test's choice, as a user would have left them. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '../../src-preload/contract/settings'

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'benchframe-test-'))

/** The folder to start the app with; the test removes it or leaves it to the system. */
export function profile(settings: Partial<Settings>): string {
  const userData = newFolder()
  writeFileSync(join(userData, 'settings.json'), JSON.stringify({ version: 1, settings }))
  return userData
}
