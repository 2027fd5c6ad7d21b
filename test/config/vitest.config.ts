// The five kinds of Vitest tests. Run from the checkout's root: vitest run --config test/config/vitest.config.ts
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const minute = 60_000
const never = ['**/node_modules/**', 'test/conformance/**']

export default defineConfig({
  root,
  test: {
    passWithNoTests: true,
    projects: [
      {
        root,
        test: {
          name: 'unit',
          environment: 'node',
          include: [
            'test/unit/**/*.test.ts',
            'test/suites/**/*.test.ts',
            'test/layers.test.ts',
            'test/contract*/**/*.test.ts',
            'test/contract*.test.ts'
          ],
          exclude: never,
          testTimeout: 20_000
        }
      },
      {
        root,
        plugins: [vue()],
        test: {
          name: 'renderer',
          environment: 'happy-dom',
          include: ['test/renderer/**/*.test.ts'],
          exclude: never,
          testTimeout: 20_000
        }
      },
      {
        root,
        test: {
          name: 'spec',
          environment: 'node',
          include: ['test/spec/**/*.test.ts'],
          exclude: never,
          testTimeout: 5 * minute,
          hookTimeout: 5 * minute,
          fileParallelism: false // a judge takes a core and a gigabyte
        }
      },
      {
        root,
        test: {
          name: 'hardware',
          environment: 'node',
          include: ['test/hardware/**/*.test.ts'],
          exclude: never,
          testTimeout: minute,
          fileParallelism: false // times of milliseconds are measured
        }
      },
      {
        root,
        test: {
          name: 'crash',
          environment: 'node',
          include: ['test/crash/**/*.test.ts'],
          exclude: never,
          testTimeout: 10 * minute,
          hookTimeout: 2 * minute,
          fileParallelism: false // the moment of a kill must not depend on a neighbour
        }
      }
    ]
  }
})
