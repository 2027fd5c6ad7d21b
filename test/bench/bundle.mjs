// Bundles our own samples so that plain Node runs them, and makes sure that the threads they start are built.
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { build } from '../../resources/setup/build.mjs'
import { root } from '../../resources/setup/places.mjs'

export const threadFile = join(root, 'out/main/writer-thread.cjs')

/** Beside the built threads, where a program looks for them. Path of the runnable sample. @param {'ours' | 'aravis' | 'latency' | 'limits' | 'micro-manager' | 'planes' | 'review'} [name] */
export async function bundleOurs(name = 'ours') {
  if (!(await build())) throw new Error('The app does not build.')
  const file = join(root, `out/main/bench-${name}.mjs`)
  const bundle = await rolldown({
    input: join(root, `test/bench/${name}.ts`),
    platform: 'node',
    external: [/^node:/, '@toondepauw/node-zstd', 'serialport', 'koffi'],
    logLevel: 'silent'
  })
  await bundle.write({ file, format: 'esm', codeSplitting: false })
  await bundle.close()
  return file
}
