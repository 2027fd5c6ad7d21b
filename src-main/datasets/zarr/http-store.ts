/** A Zarr hierarchy behind http or https, read by key and by range. Such a store can't be listed, so groups are found only where they are named. */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Failed } from '../../../src-preload/contract/failure'
import type { Store } from './store'

const PATIENCE_MS = 20_000
const LARGEST = 2 ** 31
const MOST_REDIRECTS = 5

export const isRemote = (path: string): boolean => /^https?:\/\//i.test(path)

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly bytes: Uint8Array
}

/** The signal ends every question, asked or to come. */
export function httpStore(root: string, signal?: AbortSignal, patienceMs = PATIENCE_MS): Store {
  const base = root.replace(/\/+$/, '')
  /** What stands behind a ?, such as a signature, belongs to every key. */
  const [folder = '', query] = base.split(/(?=\?)/)
  const address = (key: string): string =>
    `${folder}/${key.split('/').map(encodeURIComponent).join('/')}${query ?? ''}`

  /** Null where the server has no such key. */
  async function ask(method: 'GET' | 'HEAD', key: string, range?: string): Promise<Answer | null> {
    const answer = await send(method, address(key), { range, signal, patienceMs, redirects: MOST_REDIRECTS })
    // object stores answer 403 for keys that are not there
    if (answer.status === 404 || answer.status === 403 || answer.status === 410) return null
    if (answer.status === 200 || answer.status === 206) return answer
    if (answer.status === 416) return { ...answer, bytes: new Uint8Array(0) }
    throw new Failed(
      'dataset.unreadable',
      `${address(key)} could not be read: the server answers ${answer.status}.`
    )
  }

  return {
    root: base,
    async look(key) {
      const answer = await ask('HEAD', key)
      if (answer === null) return null
      const { 'content-length': length, etag, 'last-modified': changed } = answer.headers
      return { size: Number(length ?? 0), stamp: `${etag ?? ''} ${changed ?? ''} ${length ?? ''}` }
    },
    async get(key) {
      return (await ask('GET', key))?.bytes ?? null
    },
    async range(key, offset, length) {
      if (length === 0) return new Uint8Array(0)
      const wanted = offset < 0 ? `bytes=${offset}` : `bytes=${offset}-${offset + length - 1}`
      const answer = await ask('GET', key, wanted)
      if (answer === null) return null
      // a server that knows no ranges sends all of it
      if (answer.status === 206) return answer.bytes.subarray(0, length)
      const from = offset < 0 ? Math.max(0, answer.bytes.length + offset) : offset
      return answer.bytes.subarray(from, from + length)
    },
    list: () => Promise.resolve([]),
    inside: () => Promise.resolve(true),
    close: () => undefined
  }
}

/** What keeps a server from answering, in words; other reasons are told as they are. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'no server answers there',
  ENOTFOUND: 'there is no server of this name',
  EAI_AGAIN: 'the name of the server can not be looked up now',
  ENETUNREACH: 'the network is not reachable',
  EHOSTUNREACH: 'the server is not reachable',
  ETIMEDOUT: 'the server does not answer',
  ECONNRESET: 'the server broke off',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody',
  CERT_HAS_EXPIRED: 'its certificate has expired'
}
const plainReason = (error: Error & { readonly code?: string }): string =>
  REASONS[error.code ?? ''] ?? error.message

interface Asking {
  readonly range: string | undefined
  readonly signal: AbortSignal | undefined
  /** So long a server may be silent. */
  readonly patienceMs: number
  readonly redirects: number
}

function send(
  method: string,
  url: string,
  { range, signal, patienceMs, redirects }: Asking
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      reject(
        new Failed('dataset.unreadable', `${url} could not be read: ${why}.`, {
          next: 'Check the address and the network.'
        })
      )
    }
    const start = url.toLowerCase().startsWith('https:') ? httpsRequest : httpRequest
    const asked = start(url, { method, headers: range === undefined ? {} : { range } }, (answer) => {
      const status = answer.statusCode ?? 0
      const { location } = answer.headers
      if (status >= 300 && status < 400 && location !== undefined) {
        answer.resume()
        if (redirects === 0) fail('the server sends it in a circle')
        else
          send(method, new URL(location, url).href, {
            range,
            signal,
            patienceMs,
            redirects: redirects - 1
          }).then(resolve, reject)
        return
      }
      const parts: Buffer[] = []
      let length = 0
      answer.on('data', (part: Buffer) => {
        length += part.length
        if (length > LARGEST) asked.destroy(new Error('the answer is too long'))
        else parts.push(part)
      })
      answer.on('end', () =>
        resolve({ status, headers: answer.headers, bytes: new Uint8Array(Buffer.concat(parts)) })
      )
      answer.on('error', (error) => fail(error.message))
    })
    asked.setTimeout(patienceMs, () => asked.destroy(new Error(`no answer within ${patienceMs / 1000} s`)))
    asked.on('error', (error) => fail(plainReason(error)))
    // Electron 22 takes no heed of the request's own option for this
    const stop = (): void => void asked.destroy(new Error('it was cancelled'))
    if (signal?.aborted === true) return stop()
    signal?.addEventListener('abort', stop)
    asked.on('close', () => signal?.removeEventListener('abort', stop))
    asked.end()
  })
}
