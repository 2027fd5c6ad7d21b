/** The window and everything that keeps a page inside it: own scheme, policy headers, sandbox, and no way out. */
import { BrowserWindow, protocol, session, type WebContents } from 'electron'
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { APP_ORIGIN } from './ipc'
import { writeAtomically } from './settings-file'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.json': 'application/json'
}

const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "font-src 'self' data:",
    "worker-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'"
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff'
}

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }
  ])
}

interface ServedFile {
  readonly status: number
  readonly type: string
  readonly body: Buffer
}

async function serve(root: string, url: string): Promise<ServedFile> {
  const wanted = decodeURIComponent(new URL(url).pathname)
  const path = normalize(join(root, wanted === '/' ? 'index.html' : wanted))
  const inside = path.startsWith(root + sep) && existsSync(path)
  if (!inside) return { status: 404, type: 'text/plain', body: Buffer.from('not here') }
  return { status: 200, type: TYPES[extname(path)] ?? 'application/octet-stream', body: await readFile(path) }
}

/** Electron 25 and newer have `protocol.handle`, 22 has the buffer protocol; both answer the same file with the same headers. */
interface ModernProtocol {
  handle?: (scheme: string, handler: (request: { url: string }) => Promise<unknown>) => void
}
type ResponseMaker = new (body: Buffer, init: { status: number; headers: Record<string, string> }) => unknown

export function servePage(root: string): void {
  const modern = protocol as unknown as ModernProtocol
  // eslint-disable-next-line n/no-unsupported-features/node-builtins -- looked for, and done without where it is missing
  const makeResponse = (globalThis as unknown as { Response?: ResponseMaker }).Response
  if (modern.handle !== undefined && makeResponse !== undefined) {
    modern.handle('app', async ({ url }) => {
      const { status, type, body } = await serve(root, url)
      return new makeResponse(body, { status, headers: { ...HEADERS, 'Content-Type': type } })
    })
    return
  }
  protocol.registerBufferProtocol('app', (request, answer) => {
    serve(root, request.url).then(
      ({ status, type, body }) => {
        // Here a type with a charset in it would be taken for plain text.
        const [mimeType = type] = type.split(';')
        answer({ statusCode: status, mimeType, charset: 'utf-8', data: body, headers: HEADERS })
      },
      () => answer({ error: -2 })
    )
  })
}

export interface WindowOptions {
  readonly preload: string
  /** Where size and place are remembered. */
  readonly stateFile: string
}

interface Bounds {
  readonly x?: number
  readonly y?: number
  readonly width: number
  readonly height: number
}

export function createWindow({ preload, stateFile }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    ...rememberedBounds(stateFile),
    minWidth: 960,
    minHeight: 600,
    show: false,
    backgroundColor: '#14161a',
    title: 'Benchframe',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      spellcheck: false
    }
  })
  const contents = window.webContents
  contents.on('will-navigate', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  window.once('ready-to-show', () => window.show())
  window.on('close', () => {
    writeAtomically(stateFile, JSON.stringify(window.getNormalBounds()))
  })
  void window.loadURL(`${APP_ORIGIN}/index.html`)
  return window
}

/** Copying a text needs a press on a button and gives nothing away. No page of ours needs another permission, but the hidden windows of cameras. */
const mayDo = (permission: string): boolean => permission === 'clipboard-sanitized-write'

/** `mayUseCamera`: windows that get the picture of a camera, and never sound. */
export function refusePermissions(mayUseCamera: (page: WebContents | null) => boolean): void {
  session.defaultSession.setPermissionRequestHandler((page, permission, answer, details) => {
    const types = (details as { readonly mediaTypes?: readonly string[] }).mediaTypes ?? []
    const video = permission === 'media' && types.length > 0 && types.every((type) => type === 'video')
    answer(video ? mayUseCamera(page) : mayDo(permission))
  })
  // Asked for the names of cameras, too; Electron before 30 asks for sound when it means either (electron#42713).
  session.defaultSession.setPermissionCheckHandler((page, permission) =>
    permission === 'media' ? mayUseCamera(page) : mayDo(permission)
  )
}

function rememberedBounds(stateFile: string): Bounds {
  const usual = { width: 1440, height: 900 }
  if (!existsSync(stateFile)) return usual
  try {
    const { x, y, width, height } = JSON.parse(readFileSync(stateFile, 'utf8')) as Partial<Bounds>
    const numbers = [x, y, width, height].every(
      (value) => typeof value === 'number' && Number.isFinite(value)
    )
    return numbers
      ? { x: x as number, y: y as number, width: width as number, height: height as number }
      : usual
  } catch {
    // A damaged file of window sizes is worth nothing more than the usual size.
    return usual
  }
}
