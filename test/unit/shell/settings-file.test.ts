import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { defaultSettings, SettingsFile } from '../../../src-main/settings-file'

const folder = (): string => mkdtempSync(join(tmpdir(), 'benchframe-settings-'))

it('what is set survives a restart (U3)', () => {
  const path = join(folder(), 'settings.json')
  new SettingsFile(path).change({
    prefix: 'mitosis',
    theme: 'red'
  })
  expect(new SettingsFile(path).get()).toEqual({
    ...defaultSettings(),
    prefix: 'mitosis',
    theme: 'red'
  })
})

it('an unreadable file is kept aside and reported', () => {
  const place = folder()
  const path = join(place, 'settings.json')
  writeFileSync(path, '{"settings": {"prefix": "my')
  const file = new SettingsFile(path)
  expect(file.get()).toEqual(defaultSettings())
  expect(file.problem?.next).toContain('kept as')
  const [aside] = readdirSync(place)
  expect(readFileSync(join(place, aside ?? ''), 'utf8')).toContain('"my')
})

it('one bad or unknown field costs that field alone (F2)', () => {
  const path = join(folder(), 'settings.json')
  writeFileSync(
    path,
    JSON.stringify({ version: 9, settings: { prefix: 'kept', theme: 'plaid', newer: 1, intervalMs: -4 } })
  )
  const { theme, intervalMs, ...rest } = new SettingsFile(path).get()
  expect(rest.prefix).toBe('kept')
  expect([theme, intervalMs]).toEqual([defaultSettings().theme, defaultSettings().intervalMs])
})

it('a value that is not allowed changes nothing', () => {
  const path = join(folder(), 'settings.json')
  const file = new SettingsFile(path)
  expect(() => file.change({ intervalMs: 0 })).toThrow(/intervalMs is 0/)
  expect(file.get()).toEqual(defaultSettings())
})
