/** Main's end of the Python program: it is started, asked by JSON lines, heard, and ended; its death is told once. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Failed } from '../../../src-preload/contract/failure'
import { resourceFile } from '../../built-file'
import { LANES, type FromSide, type MmFailed, type MmRequest, type MmRequests } from './messages'

/** The program comes through its own stdin, so that it need not lie on disk: the app may be one archive. */
const LOADER = `import sys;exec(compile(sys.stdin.buffer.read(int(sys.argv[1])),'benchframe-side.py','exec'))`
const PYTHONS =
  process.platform === 'win32'
    ? ['python', 'py', 'python3']
    : ['python3', 'python', '/opt/homebrew/bin/python3', '/usr/local/bin/python3']
const START_MS = 20_000
/** For whatever has no limit of its own; Micro-Manager itself gives up on a device after seconds. */
const LONGEST_MS = 60_000
/** A little longer than the program gives itself to let go of its devices. */
const END_MS = 7_000

interface Waiting {
  readonly resolve: (ok: never) => void
  readonly reject: (error: Failed) => void
  readonly onStart: ((ns: string) => void) | undefined
  readonly timer: NodeJS.Timeout
}

export interface AskOptions {
  readonly timeoutMs?: number
  readonly onStart?: (ns: string) => void
  /** Instead of the request's own. */
  readonly lane?: string
}

export interface Asked<T> {
  readonly id: number
  readonly answer: Promise<T>
}

export interface MmLink {
  readonly pymmcore: string
  ask<K extends MmRequest>(
    what: K,
    given: MmRequests[K]['with'],
    options?: AskOptions
  ): Asked<MmRequests[K]['ok']>
  /** Nobody waits for this exposure any more. */
  cut(id: number): void
  kill(): void
  /** Shutters shut, stages stopped, devices let go, process ended. */
  end(): Promise<void>
}

export interface LinkListener {
  readonly onDeath: (why: Failed) => void
  readonly onProperty: (device: string, property: string, value: string) => void
}

/** Starts the program by the first Python that has pymmcore. */
export async function startMmLink(listener: LinkListener): Promise<MmLink> {
  const own = process.env['BENCHFRAME_PYTHON']
  let without: string | null = null
  for (const python of own === undefined ? PYTHONS : [own]) {
    const started = await start(python, listener)
    if (started === null) continue
    if (!('without' in started)) return started
    without ??= started.without
  }
  if (without === null)
    throw new Failed('device.absent', 'Micro-Manager needs Python 3, which was not found on this computer.', {
      next: 'Install Python and its package pymmcore (pip install pymmcore), then connect again.'
    })
  throw new Failed(
    'device.absent',
    `Micro-Manager needs the package pymmcore, which the Python at ${without} does not have.`,
    { next: `Run “${without} -m pip install pymmcore”, then connect again.` }
  )
}

/** null: there is no such Python. */
async function start(
  python: string,
  listener: LinkListener
): Promise<MmLink | { readonly without: string } | null> {
  const program = readFileSync(resourceFile('micromanager/side.py'))
  const child = spawn(python, ['-u', '-c', LOADER, String(program.byteLength)], { windowsHide: true })
  child.stdin.on('error', () => undefined) // the exit says it
  child.stdin.write(program)
  const first = await firstWord(child)
  if (first === null) return null
  if (first.event === 'missing') return { without: first.python }
  return createLink(child, first.pymmcore, listener)
}

type FirstWord = Extract<FromSide, { event: 'hello' | 'missing' }>

function firstWord(child: ChildProcessWithoutNullStreams): Promise<FirstWord | null> {
  return new Promise((resolve) => {
    let text = ''
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS)
    const over = (word: FirstWord | null): void => {
      clearTimeout(timer)
      child.stdout.off('data', onData)
      resolve(word)
    }
    const onData = (data: Buffer): void => {
      text += data.toString()
      if (text.endsWith('\n')) over(JSON.parse(text) as FirstWord)
    }
    child.stdout.on('data', onData)
    child.once('error', () => over(null))
    child.once('exit', () => over(null))
  })
}

function createLink(child: ChildProcessWithoutNullStreams, pymmcore: string, listener: LinkListener): MmLink {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let complaint = ''
  let dead: Failed | null = null
  let ending = false
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))

  function die(how: string): void {
    if (dead !== null) return
    dead = new Failed('device.lost', `The program that drives Micro-Manager ended: ${how}.`, {
      next: 'It is started again by itself.',
      ...(complaint === '' ? {} : { detail: complaint })
    })
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer)
      reject(dead)
    }
    waiting.clear()
    if (!ending) listener.onDeath(dead)
  }

  function settle(id: number): Waiting | undefined {
    const found = waiting.get(id)
    waiting.delete(id)
    if (found !== undefined) clearTimeout(found.timer)
    return found
  }

  function hear(message: FromSide): void {
    if ('ok' in message) settle(message.id)?.resolve(message.ok as never)
    else if ('failed' in message) settle(message.id)?.reject(failureOf(message.failed))
    else if (message.event === 'started') waiting.get(message.id)?.onStart?.(message.ns)
    else if (message.event === 'property')
      listener.onProperty(message.device, message.property, message.value)
  }

  let rest = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (data: string) => {
    const lines = (rest + data).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) hear(JSON.parse(line) as FromSide)
  })
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (data: string) => (complaint = (complaint + data).slice(-2000)))
  child.once('exit', (code, signal) => die(signal === null ? `code ${code}` : `signal ${signal}`))
  const write = (message: object): void => void child.stdin.write(`${JSON.stringify(message)}\n`)

  return {
    pymmcore,
    ask(what, given, { timeoutMs = LONGEST_MS, onStart, lane = LANES[what] } = {}) {
      const id = ++lastId
      const answer = new Promise<never>((resolve, reject) => {
        if (dead !== null) throw dead
        const late = (): void =>
          settle(id)?.reject(
            new Failed('device.timeout', `Micro-Manager did not answer within ${timeoutMs} ms.`)
          )
        waiting.set(id, { resolve, reject, onStart, timer: setTimeout(late, timeoutMs) })
        write({ id, lane, do: what, ...given })
      })
      return { id, answer }
    },
    cut: (id) => write({ do: 'cut', id }),
    kill: () => void child.kill('SIGKILL'),
    async end() {
      ending = true
      child.stdin.end()
      const timer = setTimeout(() => child.kill('SIGKILL'), END_MS)
      await ended
      clearTimeout(timer)
    }
  }
}

const failureOf = ({ code, message, next }: MmFailed): Failed =>
  new Failed(code, /[.!?]$/.test(message) ? message : `${message}.`, next === '' ? {} : { next })
