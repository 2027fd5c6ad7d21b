/**
 * The child of the crash tests: records frames whose pixels and record follow from their number, and says after each step how many are durable.
 * Argument: one JSON of `RecorderInput`.
 */
import { writeSync } from 'node:fs'
import type { AcquisitionSettings } from '../../src-main/formats/settings'
import { recover } from '../../src-main/formats/recover'
import { createStream } from '../../src-main/formats/stream'
import type { Rhythm } from '../../src-main/formats/deadlines'
import { metadataOf, pixelsOf } from './frames'

export type RecorderInput =
  | {
      readonly kind: 'record'
      readonly settings: AcquisitionSettings
      readonly threadFile: string
      readonly framesPerSecond: number
      /** Closes after so many; null: records until killed. */
      readonly frames: number | null
      readonly rhythm: Partial<Rhythm>
    }
  | { readonly kind: 'recover'; readonly path: string }

export interface Said {
  readonly accepted?: number
  readonly written?: number
  readonly durable?: number
  readonly closing?: boolean
  readonly closed?: boolean
}

function say(what: Said): void {
  writeSync(1, `${JSON.stringify(what)}\n`)
}

async function record(input: Extract<RecorderInput, { kind: 'record' }>): Promise<void> {
  const { settings, threadFile, framesPerSecond, frames, rhythm } = input
  const [height, width] = settings.dimensions.slice(-2).map((d) => d.count ?? 0) as [number, number]
  const stream = await createStream(settings, { threadFile, rhythm, poolBytes: 8 * 1024 * 1024 })
  const start = performance.now()
  for (let i = 0; frames === null || i < frames; i++) {
    const early = (i * 1000) / framesPerSecond - (performance.now() - start)
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early))
    await stream.append(pixelsOf(i, width, height), { metadata: metadataOf(i) })
    say(stream.counters)
  }
  say({ closing: true })
  await stream.close()
  say({ closed: true })
}

async function main(input: RecorderInput): Promise<void> {
  if (input.kind === 'record') await record(input)
  else {
    say({ closing: true })
    await recover(input.path)
    say({ closed: true })
  }
}

main(JSON.parse(process.argv[2] ?? '{}') as RecorderInput).catch((error: unknown) => {
  writeSync(2, `${String(error)}\n`)
  process.exit(1)
})
