/** The thread of a GenICam camera: libaravis blocks, so it is called here and nowhere else. Answers one message at a time. */
import { parentPort, workerData } from 'node:worker_threads'
import { Failed, toFailure } from '../../../src-preload/contract/failure'
import { openAravis, type Aravis } from './library'
import type { FoundCamera, FromGenicamThread, GenicamThreadStart, ToGenicamThread } from './messages'
import type { PacedFrames } from './paced-frames'
import { Session } from './session'

if (parentPort === null) throw new Error('genicam-thread runs as a worker thread only')
const port = parentPort
const control = new Int32Array((workerData as GenicamThreadStart).control)
let library: Aravis | null = null
let session: Session | null = null
let paced: PacedFrames | null = null

const answer = (message: FromGenicamThread): void => port.postMessage(message)

port.on('message', (message: ToGenicamThread) => {
  try {
    handle(message)
  } catch (error) {
    answer({ kind: 'failed', failure: toFailure(error) })
  }
})

function handle(message: ToGenicamThread): void {
  library ??= openAravis()
  switch (message.kind) {
    case 'list':
      return answer({ kind: 'cameras', cameras: list(library) })
    case 'open':
      close()
      session = new Session(library, message.camera)
      session.configure(message.settings)
      return answer({ kind: 'facts', facts: session.facts() })
    case 'configure':
      opened().configure(message.settings)
      return answer({ kind: 'facts', facts: opened().facts() })
    case 'alive':
      opened().alive()
      return answer({ kind: 'done' })
    case 'close':
      close()
      return answer({ kind: 'done' })
    case 'pace':
      paced = opened().pace(message.everyMs, answer)
      setImmediate(lookForFrames)
      return answer({ kind: 'done' })
    case 'place':
      return paced?.place(message.slot, message)
    case 'unpace':
      paced = null
      opened().unpace()
      return answer({ kind: 'done' })
    case 'expose': {
      const target = new Uint8Array(message.buffer, message.offset, message.length)
      const cut = (): boolean => Atomics.load(control, 0) !== 0
      const exposed = opened().expose(target, cut, (at) => answer({ kind: 'started', at }))
      if (exposed === null) throw new Failed('cancelled', 'The exposure was cancelled.')
      return answer(exposed)
    }
  }
}

/** Again and again while the camera goes at its own pace; messages are read in between. */
function lookForFrames(): void {
  if (paced === null) return
  try {
    paced.look()
    setImmediate(lookForFrames)
  } catch (error) {
    paced = null
    answer({ kind: 'pace ended', failure: toFailure(error) })
  }
}

function opened(): Session {
  if (session === null) throw new Failed('device.lost', 'The camera is not connected.')
  return session
}

function close(): void {
  const old = session
  session = null
  paced = null
  old?.close()
}

function list(arv: Aravis): readonly FoundCamera[] {
  arv.updateList()
  return Array.from({ length: arv.count() }, (_, i) => ({
    id: arv.id(i) ?? '',
    label: [arv.vendor(i), arv.model(i), arv.serial(i) && `no. ${arv.serial(i)}`].filter(Boolean).join(' ')
  })).filter(({ id }) => id !== '')
}
