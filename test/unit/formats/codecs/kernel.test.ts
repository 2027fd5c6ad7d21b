import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { compileKernel, kernelText } from '../../../../src-main/formats/codecs/kernel/build-kernel.mjs'

it('the compiled kernel is that of its source', async () => {
  const committed = readFileSync('src-main/formats/codecs/kernel-code.ts', 'utf8')
  expect(committed).toBe(kernelText(await compileKernel()))
}, 60_000)
