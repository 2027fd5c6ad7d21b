/** The app's holder of USB cameras in a real Electron with Chromium's fake camera, as a host for tests in this process: frames and answers come as messages. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDisplay } from '../../resources/setup/display.mjs'
import { electronFlags, ensureElectron } from '../../resources/setup/electron-runtime.mjs'
import { root } from '../../resources/setup/places.mjs'
import type { UvcEvents, UvcHost } from '../../src-main/devices/uvc/host'
import { fromFailure, type Failure } from '../../src-preload/contract/failure'
import type { FoundUvcCamera, UvcFacts, UvcFrame } from '../../src-preload/contract/uvc'
import { bundle } from './bundle'

type Question = { readonly stream: number } & (
  | { readonly kind: 'list' | 'close' | 'kill' }
  | { readonly kind: 'open'; readonly device: string }
  | { readonly kind: 'expose'; readonly exposureMs: number | null }
  | { readonly kind: 'pixels'; readonly on: boolean }
)
export type ToPeer = Question & { readonly call: number }
export type FromPeer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly call: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly call: number; readonly failure: Failure }
  | { readonly kind: 'frame'; readonly stream: number; readonly frame: UvcFrame }
  | { readonly kind: 'end'; readonly stream: number; readonly why: string }

export interface UvcPeer {
  readonly host: UvcHost
  /** Ends the processes of all hidden windows, as a crash would; answers how many. */
  killPages(): Promise<number>
  end(): Promise<void>
}

/** What Chromium shows in place of real cameras. The usual second flag, for a fake question to the user, would pass by the app's own permissions. */
export const fakeCamera = ['--use-fake-device-for-media-stream']

export async function startUvcPeer(): Promise<UvcPeer> {
  const [script, { executable }, display] = await Promise.all([
    bundle('test/support/uvc-peer-main.ts'),
    ensureElectron(),
    ensureDisplay()
  ])
  const userData = mkdtempSync(join(tmpdir(), 'benchframe-uvc-'))
  const peer = spawn(executable, [...electronFlags, ...fakeCamera, `--user-data-dir=${userData}`, script], {
    env: { ...process.env, ...display.env, BENCHFRAME_TEST_OUT: join(root, 'out') },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced'
  })
  let errors = ''
  peer.stderr?.on('data', (part: Buffer) => (errors = (errors + part.toString()).slice(-2000)))
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const streams = new Map<number, UvcEvents>()
  let calls = 0
  let ready: () => void = () => undefined
  const started = new Promise<void>((resolve, reject) => {
    ready = resolve
    peer.once('exit', (code) => reject(new Error(`Electron ended with ${String(code)}: ${errors}`)))
  })
  peer.on('message', (message: FromPeer) => {
    if (message.kind === 'ready') return ready()
    if (message.kind === 'frame') return streams.get(message.stream)?.onFrame(message.frame)
    if (message.kind === 'end') return streams.get(message.stream)?.onEnd(message.why)
    const asked = waiting.get(message.call)
    waiting.delete(message.call)
    if (message.kind === 'answer') asked?.resolve(message.value)
    else asked?.reject(fromFailure(message.failure))
  })
  const ask = <T>(question: Question): Promise<T> =>
    new Promise((resolve, reject) => {
      calls += 1
      waiting.set(calls, { resolve: (value) => resolve(value as T), reject })
      peer.send({ ...question, call: calls })
    })
  await started

  const host: UvcHost = {
    list: () => ask<readonly FoundUvcCamera[]>({ kind: 'list', stream: 0 }),
    async open(choose, events) {
      const device = choose(await host.list())
      const stream = streams.size + 1
      streams.set(stream, events)
      const facts = await ask<UvcFacts>({ kind: 'open', stream, device })
      return {
        facts,
        pixels: (on) => void ask({ kind: 'pixels', stream, on }),
        setExposure: (exposureMs) => ask<UvcFacts>({ kind: 'expose', stream, exposureMs }),
        close: () => void ask({ kind: 'close', stream })
      }
    }
  }
  return {
    host,
    killPages: () => ask<number>({ kind: 'kill', stream: 0 }),
    async end() {
      const ended = once(peer, 'exit')
      peer.kill('SIGKILL')
      await ended
      display.stop()
      rmSync(userData, { recursive: true, force: true })
    }
  }
}
