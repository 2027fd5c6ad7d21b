// Starts the built app in real Electron, with a profile of its own, and ends it whatever happens.
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { electronEnv, electronFlags, ensureElectron } from '../../resources/setup/electron-runtime.mjs'
import { root } from '../../resources/setup/places.mjs'

export interface LaunchOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** A profile to start again with; it is then the caller's to remove. */
  readonly userData?: string
  /** Errors that this test provokes. All others make close() fail. */
  readonly expectErrors?: readonly RegExp[]
}

export interface Launched {
  readonly app: ElectronApplication
  readonly page: Page
  readonly userData: string
  /** What main printed so far. */
  readonly output: () => string
  /** Ends the app; rejects if it hung or if the page had an error that nobody expected. */
  close(): Promise<void>
}

const closeSeconds = 20

/** Of an app that was not closed and not killed by its test. */
function crashOf({ exitCode, signalCode, killed }: ChildProcess): string | undefined {
  if (killed || exitCode === 0) return undefined
  return `the app died by itself (${signalCode ?? `exit code ${String(exitCode)}`})`
}

/** Ends the app as a user does, and by force when that takes too long. */
async function end(app: ElectronApplication, child: ChildProcess): Promise<string | undefined> {
  if (child.exitCode !== null || child.signalCode !== null) return crashOf(child)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), closeSeconds * 1000)
  })
  const result = await Promise.race([app.close(), late])
  clearTimeout(timer)
  if (result !== 'late') return undefined
  child.kill('SIGKILL')
  return `the app did not end within ${closeSeconds} s and was killed`
}

/** Playwright holds the app back until these listen, so that the first line of the page is heard, too. */
function watch(app: ElectronApplication, errors: string[]): void {
  const context = app.context()
  context.on('weberror', (failure) => {
    errors.push(`uncaught in the page: ${failure.error().stack ?? failure.error().message}`)
  })
  context.on('console', (message) => {
    if (message.type() === 'error') errors.push(`console.error: ${message.text()}`)
  })
  app.on('window', (page) => page.on('crash', () => errors.push('the page crashed')))
}

/** The window that people see: the hidden ones of cameras come and go. */
async function windowOf(app: ElectronApplication): Promise<Page> {
  const until = Date.now() + 30_000
  for (;;) {
    const page = app.windows().find((one) => one.url().endsWith('/index.html'))
    if (page !== undefined) return page
    if (Date.now() > until) throw new Error('there is no window after 30 s')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export async function launch(options: LaunchOptions = {}): Promise<Launched> {
  const electron = await ensureElectron()
  const userData = options.userData ?? (await mkdtemp(join(tmpdir(), 'benchframe-app-')))
  // Playwright asks the electron package for the executable, and only then loads the script with which it holds the app back
  // until it listens; told the executable itself, it would attach to a page that is half loaded, and now and then wait for ever.
  Object.assign(process.env, electronEnv(electron))
  const app = await _electron.launch({
    // without compositing on the (software) GPU the picture is drawn faster
    args: [
      ...electronFlags,
      '--disable-gpu-compositing',
      `--user-data-dir=${userData}`,
      root,
      ...(options.args ?? [])
    ],
    cwd: root,
    env: { ...definedEnv(), ...options.env, BENCHFRAME_TEST: '1' },
    timeout: 30_000
  })
  const errors: string[] = []
  let output = ''
  const hear = (part: Buffer): void => {
    output += part.toString()
  }
  const child = app.process()
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  watch(app, errors)
  let closed = false
  const close = async (): Promise<void> => {
    if (closed) return // who closed it first has the errors
    closed = true
    const hung = await end(app, child)
    if (options.userData === undefined) await rm(userData, { recursive: true, force: true })
    const unexpected = errors.filter((error) => !options.expectErrors?.some((pattern) => pattern.test(error)))
    if (hung !== undefined) unexpected.push(hung)
    if (unexpected.length > 0)
      throw new Error(`${unexpected.join('\n')}\nMain printed:\n${output.slice(-4000)}`)
  }
  try {
    const page = await windowOf(app)
    await page.waitForLoadState('domcontentloaded')
    return { app, page, userData, output: () => output, close }
  } catch (error) {
    await end(app, child)
    throw new Error(`The app showed no window. Main printed:\n${output.slice(-4000)}`, { cause: error })
  }
}

function definedEnv(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined
  )
  return Object.fromEntries(entries)
}
