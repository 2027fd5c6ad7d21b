/** The hidden page that holds one USB camera: opens its track, tells of every frame, and sends the pixels of those that main asked for. */
import { UVC_CHANNEL, type FromUvcPage, type ToUvcPage, type UvcFacts } from '../src-preload/contract/uvc'

/** What is asked for; Chromium takes the nearest that the camera itself offers. Else it would cut and scale another to fit. */
const WANTED = {
  width: { ideal: 1920 },
  height: { ideal: 1080 },
  frameRate: { ideal: 30 },
  resizeMode: { exact: 'none' } // not in lib.dom
}
/** Frames that may wait for this page before one is lost. */
const QUEUE = 4
/** Media Capture counts exposure times in units of 100 µs (Image Capture, exposureTime). */
const UNITS_A_MS = 10

/** Of Chromium and not in lib.dom. */
declare const MediaStreamTrackProcessor: new (options: {
  track: MediaStreamTrack
  maxBufferSize: number
}) => { readonly readable: ReadableStream<VideoFrame> }

/** The part of Image Capture that lib.dom leaves out. */
interface ExposureRange {
  readonly exposureMode?: readonly string[]
  readonly exposureTime?: { readonly min: number; readonly max: number }
}
interface ExposureNow {
  readonly exposureMode?: string
  readonly exposureTime?: number
}

let track: MediaStreamTrack | null = null
let sendPixels = false
let whole = new Uint8Array(0)

async function cameras(): Promise<FromUvcPage & { kind: 'cameras' }> {
  const found = await navigator.mediaDevices.enumerateDevices()
  const list = found.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
  return {
    kind: 'cameras',
    call: 0,
    cameras: list.map(({ deviceId, label }) => ({ device: deviceId, label }))
  }
}

async function open(device: string, tell: (message: FromUvcPage) => void): Promise<UvcFacts> {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { deviceId: { exact: device }, ...WANTED }
  })
  const [first] = stream.getVideoTracks()
  if (first === undefined) throw new Error('the camera gave no picture')
  track = first
  first.addEventListener('ended', () => tell({ kind: 'ended', why: 'its picture ended' }))
  pump(first, tell).catch((error: unknown) => tell({ kind: 'ended', why: String(error) }))
  return facts(first)
}

function facts(of: MediaStreamTrack): UvcFacts {
  const { width = 0, height = 0, frameRate = 0, ...more } = of.getSettings()
  const { exposureMode, exposureTime } = more as ExposureNow
  const range = of.getCapabilities() as ExposureRange
  const canSet = range.exposureTime !== undefined && range.exposureMode?.includes('manual') === true
  return {
    label: of.label,
    width,
    height,
    frameMs: 1000 / (frameRate > 0 ? frameRate : WANTED.frameRate.ideal),
    exposure:
      canSet && range.exposureTime !== undefined
        ? {
            minMs: range.exposureTime.min / UNITS_A_MS,
            maxMs: range.exposureTime.max / UNITS_A_MS,
            valueMs:
              exposureMode === 'manual' && exposureTime !== undefined ? exposureTime / UNITS_A_MS : null
          }
        : null
  }
}

async function expose(exposureMs: number | null): Promise<UvcFacts> {
  if (track === null) throw new Error('no camera is open')
  const wanted =
    exposureMs === null
      ? { exposureMode: 'continuous' }
      : { exposureMode: 'manual', exposureTime: exposureMs * UNITS_A_MS }
  await track.applyConstraints({ ...WANTED, advanced: [wanted as MediaTrackConstraintSet] })
  return facts(track)
}

async function pump(of: MediaStreamTrack, tell: (message: FromUvcPage) => void): Promise<void> {
  const reader = new MediaStreamTrackProcessor({ track: of, maxBufferSize: QUEUE }).readable.getReader()
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    const timestampUs = value.timestamp
    try {
      tell({ kind: 'frame', frame: { timestampUs, luma: sendPixels ? await luma(value) : null } })
    } finally {
      value.close()
    }
  }
}

/** The first plane of I420 and NV12 is the brightness, a byte a pixel; rows may be longer than the picture. */
async function luma(frame: VideoFrame): Promise<Uint8Array> {
  if (frame.format === null || !/^(I420|I422|I444|NV12)/.test(frame.format))
    throw new Error(`it sends pixels as ${String(frame.format)}, which is not understood`)
  const bytes = frame.allocationSize()
  if (whole.byteLength !== bytes) whole = new Uint8Array(bytes)
  const [plane] = await frame.copyTo(whole)
  const { width, height } = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight }
  const { offset, stride } = plane ?? { offset: 0, stride: width }
  // A copy of its own: what is posted takes its whole buffer along.
  if (stride === width) return whole.slice(offset, offset + width * height)
  const pixels = new Uint8Array(width * height)
  for (let y = 0; y < height; y++)
    pixels.set(whole.subarray(offset + y * stride, offset + y * stride + width), y * width)
  return pixels
}

async function answer(message: ToUvcPage, tell: (message: FromUvcPage) => void): Promise<void> {
  if (message.kind === 'pixels') {
    sendPixels = message.on
    return
  }
  const { call } = message
  try {
    if (message.kind === 'list') tell({ ...(await cameras()), call })
    else if (message.kind === 'open') tell({ kind: 'facts', call, facts: await open(message.device, tell) })
    else tell({ kind: 'facts', call, facts: await expose(message.exposureMs) })
  } catch (error) {
    const { name = 'Error', message: text = '' } = error as Partial<Error> // an OverconstrainedError is no Error
    tell({ kind: 'failed', call, name, message: text })
  }
}

window.addEventListener('message', (event) => {
  const [port] = event.ports
  if (event.source !== window || event.data !== UVC_CHANNEL || port === undefined) return
  const tell = (message: FromUvcPage): void => port.postMessage(message)
  port.addEventListener('message', ({ data }) => void answer(data as ToUvcPage, tell))
  port.start()
})
