// Compiles blosc-lz4.as and writes the module as base64 into ../kernel-code.ts: node src-main/formats/codecs/kernel/build-kernel.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const here = dirname(fileURLToPath(import.meta.url))
const source = 'blosc-lz4.as'
const target = join(here, '../kernel-code.ts')

/** The module's bytes: no runtime, no memory and no data of its own. */
export async function compileKernel() {
  let code = null
  const flags =
    '-O3 --converge --runtime stub --importMemory --sharedMemory --initialMemory 1 --maximumMemory 65535 --noExportMemory --noAssert'
  const features = '--enable simd --enable threads --enable bulk-memory'
  const { error, stderr } = await asc.main(
    ['kernel.ts', '--outFile', 'out.wasm', ...flags.split(' '), ...features.split(' ')],
    {
      readFile: (name) => (name === 'kernel.ts' ? readFileSync(join(here, source), 'utf8') : null),
      writeFile: (name, contents) => {
        if (name === 'out.wasm') code = contents
      },
      listFiles: () => []
    }
  )
  if (error !== null || code === null) throw new Error(`The kernel does not compile: ${stderr.toString()}`)
  return Buffer.from(code)
}

/** The text of kernel-code.ts. */
export function kernelText(code) {
  const lines = code.toString('base64').match(/.{1,100}/g) ?? []
  return `/** The compiled kernel (kernel/blosc-lz4.as) as base64. Made by kernel/build-kernel.mjs; a test compares the two. */
export const KERNEL_BASE64 =
${lines.map((line) => `  '${line}'`).join(' +\n')}
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = kernelText(await compileKernel())
  if (process.argv.includes('--check')) process.exit(readFileSync(target, 'utf8') === text ? 0 : 1)
  writeFileSync(target, text)
}
