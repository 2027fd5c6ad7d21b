// Bundles our own samples so that plain Node runs them, and makes sure that the threads they start are built.
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { build } from '../../resources/setup/build.mjs'
import { root } from '../../resources/setup/places.mjs'

export const threadFile = join(root, 'out/main/writer-thread.cjs')

/** Path of the runnable sample. */
export async function bundleOurs() {
  if (!(await build())) throw new Error('The app does not build.')
  const file = join(root, 'node_modules/.benchframe-bench/ours.mjs')
  const bundle = await rolldown({
    input: join(root, 'test/bench/ours.ts'),
    platform: 'node',
    external: [/^node:/, '@toondepauw/node-zstd', 'serialport'],
    logLevel: 'silent'
  })
  await bundle.write({ file, format: 'esm' })
  await bundle.close()
  return file
}
