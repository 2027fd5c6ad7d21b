// Our side of `npm run bench -- limits`, as limits.py is the peers': writes frames that tell their number, or recovers. Bundled by bundle.mjs.
// Arguments: write FORMAT PATH FRAMES FPS VALUE, or recover PATH.
import { writeSync } from 'node:fs'
import type { FrameRecord } from '../../src-preload/contract/record'
import { createStream } from '../../src-main/formats/stream'
import { recover } from '../../src-main/formats/recover'

const SIDE = 256

/** The same values as in limits.py, by their names. */
const VALUES: FrameRecord = {
  none: 0,
  bool: true,
  null: null,
  nested: { a: [1, { b: 'x' }] },
  NaN: NaN,
  control: 'a\u0001b'
}

const say = (what: object): void => {
  writeSync(1, `${JSON.stringify(what)}\n`)
}

async function write(format: string, path: string, frames: number, fps: number, value: string) {
  const stream = await createStream(
    {
      rootPath: path,
      format: format === 'ome-zarr' ? 'ome-zarr' : 'ome-tiff',
      dtype: 'uint16',
      dimensions: [
        { name: 't', count: null },
        { name: 'y', count: SIDE },
        { name: 'x', count: SIDE }
      ]
    },
    { poolBytes: 4 * 1024 * 1024 }
  )
  const start = performance.now()
  let error = ''
  try {
    for (let n = 0; n < frames; n++) {
      const early = (n * 1000) / fps - (performance.now() - start)
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
      const record = { delta_t: n / fps, n, value: VALUES[value] ?? null }
      await stream.append(new Uint16Array(SIDE * SIDE).fill(n + 1), { metadata: record })
      say({ appended: n + 1 })
    }
  } catch (thrown) {
    error = String(thrown)
  }
  await stream.close()
  say({ closed: true, error })
}

const [what, a = '', b = '', c, d, e = 'none'] = process.argv.slice(2)
if (what === 'recover') say(await recover(a))
else await write(a, b, Number(c), Number(d), e)
