// What is built from what. One CommonJS build runs on Electron 22 and on the newest, so the targets are
// those of 22 whatever is installed.
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

// electron-vite otherwise takes targets and module format from the Electron in node_modules.
process.env['ELECTRON_MAJOR_VER'] ??= '22'

const root = dirname(fileURLToPath(import.meta.url))
const out = resolve(root, process.env['BENCHFRAME_OUT'] ?? 'out')

/** Every entry becomes out/main/<name>.cjs; threads are started by that name, beside the entry that starts them. */
const mainEntries = {
  index: 'src-main/index.ts',
  cli: 'src-main/cli.ts',
  'writer-thread': 'src-main/formats/writer-thread.ts',
  'encoder-thread': 'src-main/formats/ome-zarr/encoder-thread.ts',
  'camera-thread': 'src-main/devices/simulated/camera-thread.ts',
  'genicam-thread': 'src-main/devices/aravis/genicam-thread.ts',
  'reader-thread': 'src-main/datasets/reader-thread.ts',
  'ome-thread': 'src-main/datasets/tiff/ome-thread.ts',
  'measure-thread': 'src-main/datasets/measure/measure-thread.ts'
}

function present(entries: Record<string, string>): Record<string, string> {
  const absolute = Object.entries(entries).map(([name, file]) => [name, resolve(root, file)] as const)
  return Object.fromEntries(absolute.filter(([, file]) => existsSync(file)))
}

// With "type": "module" in package.json only the .cjs ending makes Node 16 take the files as CommonJS.
const commonJs = {
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name]-[hash].cjs'
} as const

const main = present(mainEntries)
const preload = present({ index: 'src-preload/index.ts', uvc: 'src-preload/uvc.ts' })
const page = present({ index: 'src-renderer/index.html', uvc: 'src-renderer/uvc.html' })

export default defineConfig({
  ...(Object.keys(main).length > 0 && {
    main: {
      build: {
        outDir: resolve(out, 'main'),
        target: 'node16.17',
        rolldownOptions: { input: main, output: commonJs }
      }
    }
  }),
  ...(Object.keys(preload).length > 0 && {
    preload: {
      build: {
        outDir: resolve(out, 'preload'),
        target: 'node16.17',
        externalizeDeps: false, // a sandboxed preload script can require nothing but electron
        rolldownOptions: { input: preload, output: commonJs }
      }
    }
  }),
  ...(Object.keys(page).length > 0 && {
    renderer: {
      root: resolve(root, 'src-renderer'),
      plugins: [vue()],
      worker: { format: 'es' as const },
      build: {
        outDir: resolve(out, 'renderer'),
        target: 'chrome108',
        cssMinify: 'lightningcss' as const, // lowers nesting and other CSS that Chrome 108 lacks
        rolldownOptions: { input: page }
      }
    }
  })
})
