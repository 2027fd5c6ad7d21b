// What the build made: files that Electron 22 and plain Node take as they are.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { dependencies } from '../../package.json'
import { built } from '../../resources/setup/places.mjs'

const main = join(built, 'main')
const entries = existsSync(main) ? readdirSync(main).filter((name) => name.endsWith('.cjs')) : []

/** By the compiler's eye: a bundle's comments also speak of require(). */
function required(file: string): string[] {
  return ts
    .preProcessFile(readFileSync(file, 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => fileName)
}

/** All packages and builtins that the entry reaches through its chunks. */
function reached(entry: string): Set<string> {
  const names = new Set<string>()
  const seen = new Set<string>()
  const open = [join(main, entry)]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    for (const name of required(file))
      if (name.startsWith('.')) open.push(join(dirname(file), name))
      else names.add(name)
  }
  return names
}

describe.runIf(entries.length > 0)('out/main', () => {
  it.each(entries.filter((name) => name !== 'index.cjs'))('%s runs without Electron', (entry) => {
    expect([...reached(entry)]).not.toContain('electron')
  })

  it('has the window’s entry and the command line', () => {
    expect(entries).toEqual(expect.arrayContaining(['index.cjs', 'cli.cjs']))
    expect([...reached('index.cjs')]).toContain('electron')
  })

  it.each(entries)('%s needs no package but those that come with the app', (entry) => {
    const packages = [...reached(entry)].filter((name) => !/^(node:|electron$)/.test(name))
    const builtins = new Set(process.getBuiltinModule('node:module').builtinModules)
    const own = Object.keys(dependencies)
    expect(packages.filter((name) => !builtins.has(name) && !own.includes(name))).toEqual([])
  })
})

describe.runIf(existsSync(join(built, 'preload/index.cjs')))('out/preload', () => {
  it('is a file for each kind of window that requires electron alone, as a sandboxed script must', () => {
    const files = readdirSync(join(built, 'preload'))
    expect(files.sort()).toEqual(['index.cjs', 'uvc.cjs'])
    for (const file of files) expect(required(join(built, 'preload', file)), file).toEqual(['electron'])
  })
})
