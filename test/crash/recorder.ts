/**
 * The child of the crash tests: records frames whose pixels and record follow from their number, and says after each step how many are durable.
 * Arguments: one JSON of `RecorderInput`.
 */
import { writeSync } from 'node:fs'
import type { AcquisitionSettings } from '../../src-main/formats/settings'
import { createStream } from '../../src-main/formats/stream'
import { metadataOf, pixelsOf } from './frames'

export interface RecorderInput {
  readonly settings: AcquisitionSettings
  readonly threadFile: string
  readonly framesPerSecond: number
  /** Closes after so many; null: records until killed. */
  readonly frames: number | null
}

async function main({ settings, threadFile, framesPerSecond, frames }: RecorderInput): Promise<void> {
  const [height, width] = settings.dimensions.slice(-2).map((d) => d.count ?? 0) as [number, number]
  const stream = await createStream(settings, { threadFile, poolBytes: 8 * 1024 * 1024 })
  const start = performance.now()
  for (let i = 0; frames === null || i < frames; i++) {
    const early = (i * 1000) / framesPerSecond - (performance.now() - start)
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early))
    await stream.append(pixelsOf(i, width, height), { metadata: metadataOf(i) })
    const { accepted, written, durable } = stream.counters
    say({ accepted, written, durable })
  }
  say({ closing: true })
  await stream.close()
  say({ closed: true })
}

function say(what: object): void {
  writeSync(1, `${JSON.stringify(what)}\n`)
}

main(JSON.parse(process.argv[2] ?? '{}') as RecorderInput).catch((error: unknown) => {
  writeSync(2, `${String(error)}\n`)
  process.exit(1)
})
