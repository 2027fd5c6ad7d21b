/** Opens and closes a serial port, and says in the closed codes why it could not: serialport's errors carry no code, only words. */
import { SerialPort } from 'serialport'
import { Failed } from '../../../src-preload/contract/failure'
import { eofBinding } from './eof-binding'

const OPEN_TIMEOUT_MS = 3000
const CLOSE_TIMEOUT_MS = 500

export interface PortManner {
  readonly baudRate: number
  readonly stopBits?: 1 | 2
  readonly parity?: 'even' | 'odd'
}

/** An open port. The object is good for one connection: it is never opened again, and nothing is written to it once it has closed. */
export function openPort(path: string, how: PortManner): Promise<SerialPort> {
  const { baudRate, stopBits = 1, parity = 'none' } = how
  return new Promise((resolve, reject) => {
    const options = { path, baudRate, stopBits, parity, autoOpen: false, binding: eofBinding }
    const port = new SerialPort(options)
    let late = false
    const timer = setTimeout(() => {
      late = true
      reject(
        new Failed('device.timeout', `${path} did not open within ${OPEN_TIMEOUT_MS / 1000} s.`, {
          next: 'Unplug it and plug it in again.'
        })
      )
    }, OPEN_TIMEOUT_MS)
    port.open((error) => {
      clearTimeout(timer)
      if (error !== null && error !== undefined) return reject(openFailure(path, error))
      if (!late) return resolve(port)
      port.on('error', () => undefined) // it was given up: how its closing goes no longer matters to anyone
      port.close()
    })
  })
}

interface Reason {
  readonly words: RegExp
  readonly failure: (path: string, detail: string) => Failed
}

const reasons: readonly Reason[] = [
  {
    words: /no such file|file not found|ENOENT|ENXIO|ENODEV|no such device|input\/output error/i,
    failure: (path, detail) =>
      new Failed('device.absent', `There is no port ${path}.`, {
        next: 'Plug the instrument in, or correct the path.',
        detail
      })
  },
  {
    words: /permission denied|EACCES|EPERM/i,
    failure: (path, detail) =>
      new Failed('device.denied', `You have no permission to use ${path}.`, {
        next: 'Add yourself to the group dialout (Debian, Ubuntu) or uucp (Arch), then log out and in again.',
        detail
      })
  },
  {
    words: /cannot lock|resource busy|EBUSY|temporarily unavailable|access (is )?denied/i,
    failure: (path, detail) =>
      new Failed('device.busy', `Another program is using ${path}.`, {
        next: 'Close that program, then connect again.',
        detail
      })
  },
  {
    words: /inappropriate ioctl|not a typewriter|ENOTTY|is a directory|EISDIR|invalid argument|EINVAL/i,
    failure: (path, detail) =>
      new Failed('device.refused', `${path} is not a serial port.`, { next: 'Choose another path.', detail })
  }
]

export function openFailure(path: string, error: Error): Failed {
  const reason = reasons.find(({ words }) => words.test(error.message))
  if (reason !== undefined) return reason.failure(path, error.message)
  return new Failed('device.refused', `${path} did not open.`, {
    next: 'Unplug it and plug it in again.',
    detail: error.message
  })
}

/** A hung driver may never say that it closed: after a while the port is abandoned. */
export function closedPort(port: SerialPort): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, CLOSE_TIMEOUT_MS)
    port.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
