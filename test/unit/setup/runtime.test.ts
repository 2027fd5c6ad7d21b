// The set-up scripts: the archive that Electron loads its default app from, and the resolver's first two places.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { asar } from '../../../resources/setup/asar.mjs'
import { installedElectron } from '../../../resources/setup/electron-runtime.mjs'
import { packagesMatch } from '../../../resources/setup/packages.mjs'
import { run } from '../../../resources/setup/run.mjs'

describe('asar', () => {
  it.each([['{}'], ['{"main":"a.js"}'], ['µm']])('holds %s where its table says', (text) => {
    const archive = asar({ 'first.txt': 'abc', 'second.txt': text })
    const length = archive.readUInt32LE(12)
    const { files } = JSON.parse(archive.subarray(16, 16 + length).toString()) as {
      files: Record<string, { size: number; offset: string }>
    }
    const entry = files['second.txt']
    const start = 8 + archive.readUInt32LE(4) + Number(entry?.offset)
    expect(archive.subarray(start, start + (entry?.size ?? 0)).toString()).toBe(text)
    expect(archive.readUInt32LE(4) % 4).toBe(0)
  })
})

describe('the resolver', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'benchframe-setup-'))
    vi.stubEnv('ELECTRON_EXEC_PATH', '')
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', '')
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
  })

  it('takes ELECTRON_EXEC_PATH first', () => {
    const executable = join(folder, 'my-electron')
    writeFileSync(executable, '')
    writeFileSync(join(folder, 'version'), 'v45.4.1\n')
    vi.stubEnv('ELECTRON_EXEC_PATH', executable)
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', '/nowhere')
    expect(installedElectron()).toEqual({ executable, folder, version: '45.4.1', from: 'ELECTRON_EXEC_PATH' })
  })

  it.runIf(process.platform === 'linux')('takes ELECTRON_OVERRIDE_DIST_PATH next', () => {
    const dist = join(folder, 'dist')
    mkdirSync(dist)
    writeFileSync(join(dist, 'electron'), '')
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', dist)
    expect(installedElectron()?.executable).toBe(join(dist, 'electron'))
  })

  it.each(['ELECTRON_EXEC_PATH', 'ELECTRON_OVERRIDE_DIST_PATH'])(
    'names %s when it points nowhere',
    (name) => {
      vi.stubEnv(name, join(folder, 'absent'))
      expect(() => installedElectron()).toThrow(`${name} points to`)
    }
  )
})

describe('running programs', () => {
  it('hands back the code and what was printed', async () => {
    const script = 'console.log("a"); console.error("b"); process.exitCode = 3'
    const { code, text } = await run(process.execPath, ['-e', script], { output: 'keep' })
    expect(code).toBe(3)
    expect(text.split('\n').sort()).toEqual(['', 'a', 'b'])
  })

  it('says 127 for a program that is not there', async () => {
    expect((await run('benchframe-no-such-program', [], { output: 'keep' })).code).toBe(127)
  })

  it('ends a program whose time is over, with all that it started', async () => {
    const script =
      'require("child_process").spawn("sleep", ["60"], { stdio: "inherit" }); setInterval(() => {}, 1000)'
    const start = Date.now()
    const { code } = await run(process.execPath, ['-e', script], { output: 'keep', minutes: 0.005 })
    expect(code).toBe(124)
    expect(Date.now() - start).toBeLessThan(10_000) // the pipe closes only when the grandchild is gone
  })
})

it('node_modules is what the lock file says', () => {
  expect(packagesMatch()).toBe(true)
})
