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
  close(): Promise<void>
  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }>
}

const isUnixPort = (port: object): port is UnixPort => 'poller' in port && 'fd' in port

const again = new Set(['EAGAIN', 'EWOULDBLOCK', 'EINTR'])

export const eofBinding = {
  list: () => SerialPort.binding.list(),
  async open(options: OpenOptions) {
    const port = await SerialPort.binding.open(options as never)
    if (isUnixPort(port)) readUntilEnd(port)
    return port
  }
} as Binding

/**
 * Closing waits for a read that is under way in the thread pool: it would keep the port's lock for a moment (the next open then fails as
 * busy), and could read from whatever file gets the descriptor's number next.
 */
function readUntilEnd(port: UnixPort): void {
  let underWay: Promise<unknown> = Promise.resolve()
  let closing = false
  const close = port.close.bind(port)

  port.close = async () => {
    closing = true
    await underWay
    return close()
  }
  port.read = async (buffer, offset, length) => {
    for (;;) {
      // Closed meanwhile: polling then would touch freed memory and end the process (seen).
      if (closing || !port.isOpen || port.fd === null) throw closedMeanwhile()
      const reading = readSome(port.fd, buffer, offset, length)
      underWay = reading
      const result = await reading
      if (typeof result === 'number') {
        if (result > 0) return { buffer, bytesRead: result }
        throw Object.assign(new Error('end of file: the device was unplugged'), { disconnect: true })
      }
      if (!again.has(result.code ?? '')) throw Object.assign(result, { disconnect: true })
      if (closing || !port.isOpen) throw closedMeanwhile()
      await new Promise<void>((resolve, reject) => {
        port.poller.once('readable', (error) => (error === null ? resolve() : reject(error)))
      })
    }
  }
}

const closedMeanwhile = (): Error => Object.assign(new Error('Port is not open'), { canceled: true })

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
