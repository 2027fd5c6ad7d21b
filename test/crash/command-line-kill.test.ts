/** Kill -9 at random moments of a run of the command line: what it had called durable is there after recovery, pixel by pixel and value by value (S1). */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli, startCli } from '../support/cli'
import { judge } from '../support/judge'
import { newFolder } from '../support/profile'

/** The full number takes some minutes; the short form runs with every test. */
const KILLS = Number(process.env.BENCHFRAME_KILLS ?? 4)

interface Kill {
  readonly out: string
  readonly durable: number
}

/** Starts a run, waits a while after the first durable frames, kills it. */
async function killAfter(ms: number, size: string, everyMs: number): Promise<Kill> {
  const out = join(newFolder(), 'run')
  const args = ['--size', size, '--trigger', `interval:${everyMs}`, '--format', 'both', '--exposure', '1']
  const run = startCli(['acquire', out, ...args, '--expect', `${out}.jsonl`, '--progress'])
  await new Promise((resolve) => setTimeout(resolve, ms))
  run.process.kill('SIGKILL')
  await run.done
  const told = run.lines().map((line) => JSON.parse(line) as { durable: number })
  return { out, durable: told[told.length - 1]?.durable ?? 0 }
}

/** The first `frames` of what the camera gave, in the kit's form. */
function expectedOf(out: string, frames: number): string {
  const [header, ...lines] = readFileSync(`${out}.jsonl`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
  const { axes, dtype, images } = JSON.parse(header ?? '') as {
    axes: string[]
    dtype: string
    images: { shape: number[] }[]
  }
  const shape = [frames, ...(images[0]?.shape ?? []).slice(1)]
  const path = `${out}.expect.json`
  const kept = lines.slice(0, frames).join(',')
  writeFileSync(
    path,
    `{"axes":${JSON.stringify(axes)},"dtype":"${dtype}","images":[{"shape":[${shape.join(',')}]}],"frames":[${kept}]}`
  )
  return path
}

describe('kill -9 of a run to both formats', () => {
  const moments = Array.from({ length: KILLS }, (_, i) => 700 + ((i * 997 + 131) % 2900))
  it.each(moments)('after %i ms', async (ms) => {
    const { out, durable } = await killAfter(ms, ms % 2 === 0 ? '512x512' : '61x43', ms % 3 === 0 ? 4 : 15)
    if (!existsSync(`${out}.journal`)) return expect(durable).toBe(0)
    const recovered = await runCli('recover', `${out}.ome.zarr`, '--json')
    expect(recovered.code, recovered.stderr).toBe(0)
    const { frames, paths } = JSON.parse(recovered.stdout) as { frames: number; paths: string[] }
    expect(frames).toBeGreaterThanOrEqual(durable)
    expect(existsSync(`${out}.journal`)).toBe(false)
    if (frames === 0) return expect([`${out}.ome.tiff`, `${out}.ome.zarr`].some(existsSync)).toBe(false)
    expect(paths.sort()).toEqual([`${out}.ome.tiff`, `${out}.ome.zarr`])
    const expected = expectedOf(out, frames)
    for (const path of paths) {
      const verdict = await judge(path, { expect: expected, bioformats: 'require' })
      expect(verdict.failed, path).toEqual([])
    }
    const again = await runCli('recover', `${out}.ome.tiff`, '--json')
    expect(JSON.parse(again.stdout)).toMatchObject({ action: 'nothing to do' })
  })
})
