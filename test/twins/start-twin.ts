/** Starts a twin for a test, sends it commands and reads its log. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

export interface TwinLine {
  readonly n: number
  /** Nanoseconds of the monotonic clock, the same as process.hrtime's. */
  readonly t: number
  readonly dir: 'in' | 'out' | 'event'
  readonly text: string
}

export interface TwinState {
  readonly laser: { readonly on: boolean; readonly set: number }
  readonly position: Readonly<Record<'x' | 'y' | 'z', number>>
  readonly moving: boolean
  readonly sequence: number
  readonly awake: boolean
}

export interface Twin {
  /** The port to connect to; the same after unplug and replug. */
  readonly path: string
  /** The commands are listed in bench_instrument.py. Answers when it is done. */
  send(command: { readonly do: string; readonly [key: string]: unknown }): Promise<TwinState>
  log(): readonly TwinLine[]
  close(): Promise<void>
}

export interface TwinOptions {
  readonly seed?: number
  readonly serial?: string
  readonly temperature?: number
  readonly ramp?: number
  readonly interval?: number
}

/** Beside this file; a bundle of it lies elsewhere and is told where they are. */
const scripts = process.env['BENCHFRAME_TWINS'] ?? import.meta.dirname

/** The twin of the benchframe bench instrument. */
export const startTwin = (options: TwinOptions = {}): Promise<Twin> =>
  start([resolve(scripts, 'bench_instrument.py')], options)

/** The twin of an instrument that is driven by a profile, by the profile's id. */
export const startInstrumentTwin = (kind: string): Promise<Twin> =>
  start([resolve(scripts, 'instruments.py'), kind], {})

/** A temperature controller by pymodbus; `python` is one that has it. */
export const startModbusPeer = (python: string): Promise<Twin> =>
  start([resolve(scripts, 'modbus_peer.py')], {}, python)

async function start(script: readonly string[], options: TwinOptions, python = 'python3'): Promise<Twin> {
  const folder = mkdtempSync(join(tmpdir(), 'twin-'))
  const path = join(folder, 'port')
  const logFile = join(folder, 'log.jsonl')
  const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = spawn(python, [...script, '--link', path, '--log', logFile, '--control', ...given], {
    stdio: ['pipe', 'pipe', 'inherit']
  })
  const answers: ((line: string | null) => void)[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => answers.shift()?.(line))
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  void ended.then(() => answers.splice(0).forEach((answer) => answer(null)))
  child.once('error', () => answers.splice(0).forEach((answer) => answer(null)))
  child.stdin.on('error', () => undefined) // a twin that has ended is told by its missing answer

  const nextAnswer = (): Promise<Record<string, unknown>> =>
    new Promise((done, fail) => {
      answers.push((line) => {
        if (line === null) return fail(new Error('the twin ended'))
        const answer = JSON.parse(line) as Record<string, unknown>
        if (answer['ok'] === false) return fail(new Error(`the twin refused: ${String(answer['problem'])}`))
        done(answer)
      })
    })

  await nextAnswer()
  return {
    path,
    async send(command) {
      const answer = nextAnswer()
      child.stdin.write(`${JSON.stringify(command)}\n`)
      return (await answer) as unknown as TwinState
    },
    log: () =>
      readFileSync(logFile, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as TwinLine),
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        child.stdin.write('{"do": "quit"}\n')
        const timer = setTimeout(() => child.kill('SIGKILL'), 2000)
        await ended
        clearTimeout(timer)
      }
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
