/**
 * The serialport binding with one thing put right: a hung-up tty answers every read with 0 bytes, and bindings-cpp 13 then reads again for
 * ever, with a busy core and no `close`. Here 0 bytes are an unplugged device. (node-serialport issues #2043, #2323; measured: 20-55 % of
 * unplugs after traffic were missed without this, none with it.)
 */
import { read } from 'node:fs'
import { SerialPort } from 'serialport'

type Binding = typeof SerialPort.binding
type OpenOptions = Parameters<Binding['open']>[0]

/** The part of the unix ports that reading needs; Windows ports have no poller and are left as they are. */
interface UnixPort {
  readonly isOpen: boolean
  readonly fd: number | null
  readonly poller: { once(event: 'readable', callback: (error: Error | null) => void): unknown }
  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }>
}

const isUnixPort = (port: object): port is UnixPort => 'poller' in port && 'fd' in port

const again = new Set(['EAGAIN', 'EWOULDBLOCK', 'EINTR'])

export const eofBinding = {
  list: () => SerialPort.binding.list(),
  async open(options: OpenOptions) {
    const port = await SerialPort.binding.open(options as never)
    if (isUnixPort(port)) port.read = (buffer, offset, length) => readOnce(port, buffer, offset, length)
    return port
  }
} as Binding

async function readOnce(
  port: UnixPort,
  buffer: Buffer,
  offset: number,
  length: number
): Promise<{ buffer: Buffer; bytesRead: number }> {
  for (;;) {
    if (!port.isOpen || port.fd === null)
      throw Object.assign(new Error('Port is not open'), { canceled: true })
    const result = await readSome(port.fd, buffer, offset, length)
    if (typeof result === 'number') {
      if (result > 0) return { buffer, bytesRead: result }
      throw Object.assign(new Error('end of file: the device was unplugged'), { disconnect: true })
    }
    if (!again.has(result.code ?? '')) throw Object.assign(result, { disconnect: true })
    await new Promise<void>((resolve, reject) => {
      port.poller.once('readable', (error) => (error === null ? resolve() : reject(error)))
    })
  }
}

function readSome(
  fd: number,
  buffer: Buffer,
  offset: number,
  length: number
): Promise<number | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    read(fd, buffer, offset, length, null, (error, bytes) => resolve(error ?? bytes))
  })
}
