// Holds every source file to the layer table, and shows with made-up files that the table can say no.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importsOf, target, violations } from './support/layers'

const root = resolve(import.meta.dirname, '..')

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|vue)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const files = ['src-main', 'src-preload', 'src-renderer'].flatMap(sources)

/** Files of ours that this one imports. */
function ownImports(file: string): string[] {
  return importsOf(file, read(file)).flatMap((specifier) => {
    const path = target(file, specifier)
    const found = ['', '.ts', '/index.ts'].map((end) => `${path}${end}`).find((each) => files.includes(each))
    return found ?? []
  })
}

/** A way along `importsIn` that comes back to where it has been; null: there is none. */
function circle(all: readonly string[], importsIn: (file: string) => readonly string[]): string[] | null {
  const done = new Set<string>()
  const visit = (file: string, way: readonly string[]): string[] | null => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file]
    if (done.has(file)) return null
    for (const next of importsIn(file)) {
      const found = visit(next, [...way, file])
      if (found !== null) return found
    }
    done.add(file)
    return null
  }
  for (const file of all) {
    const found = visit(file, [])
    if (found !== null) return found
  }
  return null
}

describe('layers', () => {
  it.each(files)('%s', (file) => {
    expect(violations(file, read(file))).toEqual([])
  })

  // In plain Node there is no electron to import, and a thread that pulled it in would die at its start.
  it.each(files.filter((file) => /^src-main\/cli\.ts$|-thread\.ts$/.test(file)))(
    'nothing that %s reaches imports electron',
    (entry) => {
      const seen = new Set<string>()
      const open = [entry]
      for (let file = open.pop(); file !== undefined; file = open.pop()) {
        if (seen.has(file)) continue
        seen.add(file)
        expect(importsOf(file, read(file)), file).not.toContain('electron')
        open.push(...ownImports(file))
      }
    }
  )

  it('no two files need each other, also not by way of others', () => {
    expect(circle(files, ownImports)).toBeNull()
    const made: Record<string, string[]> = { a: ['b'], b: ['c', 'd'], c: [], d: ['b'] }
    expect(circle(['a', 'b', 'c', 'd'], (file) => made[file] ?? [])).toEqual(['b', 'd', 'b'])
  })

  it('has only the fixed names at the top level', () => {
    const names = readdirSync(root).filter((name) => !name.startsWith('.'))
    const own = ['LICENSE', 'README.md', 'electron.vite.config.ts', 'package-lock.json', 'package.json']
    const folders = ['resources', 'src-main', 'src-preload', 'src-renderer', 'test']
    const made = ['coverage', 'dist', 'node_modules', 'out', 'test-results']
    // vite writes the compiled config beside the config for a moment
    const passing = (name: string): boolean => name.startsWith('electron.vite.config.')
    expect(names.filter((name) => ![...own, ...folders, ...made].includes(name) && !passing(name))).toEqual(
      []
    )
  })
})

const vueFile = (script: string): string =>
  `<script setup lang="ts">\n${script}\n</script>\n<template><p /></template>`

describe('the table refuses', () => {
  it.each([
    ['src-preload/contract/run.ts', "import { ref } from 'vue'"],
    ['src-preload/contract/run.ts', "import type { Socket } from 'node:net'"],
    ['src-preload/contract/run.ts', "import type { Sink } from '../../src-main/formats/sink'"],
    ['src-preload/index.ts', "import { EventEmitter } from 'node:events'"],
    ['src-preload/index.ts', "import { log } from '../src-main/log'"],
    ['src-renderer/stores/run.ts', "import { app } from 'electron'"],
    ['src-renderer/stores/run.ts', "import { join } from 'path'"],
    ['src-renderer/stores/run.ts', "import type { Sink } from '../../src-main/formats/sink'"],
    ['src-renderer/stores/run.ts', "import { SerialPort } from 'serialport'"],
    ['src-renderer/stores/run.ts', "void window.benchframe.call('x', {})"],
    ['src-renderer/stores/run.ts', "const { benchframe: bridge } = window; bridge.on('x', f)"],
    ['src-renderer/views/review.vue', vueFile("void globalThis['benchframe'].call('x')")],
    ['src-renderer/views/review.vue', vueFile("import { readFile } from 'node:fs/promises'")],
    ['src-main/devices/simulated/camera.ts', "import { FramePool } from '../../formats/frame-pool'"],
    ['src-main/devices/simulated/camera.ts', "import { app } from 'electron'"],
    ['src-main/devices/device.ts', "import { record } from '../acquisition/record'"],
    ['src-main/formats/ome-tiff/sink.ts', "import { Camera } from '../../devices/device'"],
    ['src-main/formats/ome-tiff/sink.ts', "export * from '../../datasets/dataset'"],
    ['src-main/formats/journal.ts', "const { app } = await import('electron')"],
    ['src-main/datasets/open.ts', "import { service } from '../acquisition/service'"],
    ['src-main/datasets/open.ts', "type Camera = import('../devices/device').Camera"],
    ['src-main/acquisition/record.ts', "import { SerialLaser } from '../devices/drivers/laser'"],
    ['src-main/acquisition/record.ts', "import { OmeTiffSink } from '../formats/ome-tiff/sink'"],
    ['src-main/acquisition/record.ts', "import { writeFile } from 'fs/promises'"],
    ['src-main/acquisition/record.ts', "import { writeFileSync } from 'node:fs'"],
    ['src-main/acquisition/record.ts', "import { powerMonitor } from 'electron'"],
    ['src-main/acquisition/record.ts', "const electron = require('electron')"],
    ['src-main/handlers.ts', "import { dialog } from 'electron'"],
    ['src-main/cli.ts', "import { app } from 'electron/main'"],
    ['src-main/index.ts', "import App from '../src-renderer/app.vue'"],
    ['src-main/index.ts', "import lodash from 'lodash'"],
    ['src-main/picture.ts', "import { Sink } from './formats/sink'"],
    ['src-main/utils/text.ts', '']
  ])('%s: %s', (file, text) => {
    expect(violations(file, text)).toHaveLength(1)
  })
})

describe('the table allows', () => {
  it.each([
    ['src-preload/contract/run.ts', "import type { Frame } from './record'"],
    [
      'src-preload/index.ts',
      "import { contextBridge } from 'electron'; import { isEvent } from './contract'"
    ],
    ['src-renderer/client.ts', 'export const bridge = window.benchframe'],
    [
      'src-renderer/main.ts',
      "import { createApp } from 'vue'; import App from './app.vue'; import './styles/base.css'"
    ],
    ['src-renderer/views/acquire.vue', vueFile("import { useVirtualizer } from '@tanstack/vue-virtual'")],
    [
      'src-main/devices/serial-link.ts',
      "import { SerialPort } from 'serialport'; import { once } from 'node:events'"
    ],
    ['src-main/devices/serial-link.ts', "import { ReadlineParser } from '@serialport/parser-readline'"],
    [
      'src-main/formats/journal.ts',
      "import { open } from 'node:fs/promises'; import type { Settings } from './settings'"
    ],
    [
      'src-main/datasets/open.ts',
      "import { sizes } from '../formats/ome-tiff/tags'; import { unzipSync } from 'fflate'"
    ],
    ['src-main/acquisition/record.ts', "import type { Camera } from '../devices/device'"],
    [
      'src-main/acquisition/record.ts',
      "import type { Sink } from '../formats/sink'; import '../formats/frame-pool'"
    ],
    ['src-main/acquisition/record.ts', "import { performance } from 'node:perf_hooks'"],
    ['src-main/index.ts', "import { app } from 'electron'; import { openSinks } from './formats/open'"],
    ['src-main/cli.ts', "import { parseArgs } from 'node:util'; import { version } from '../package.json'"]
  ])('%s: %s', (file, text) => {
    expect(violations(file, text)).toEqual([])
  })
})
