import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'
import { Failed } from '../../../src-preload/contract/failure'
import type { FrameRecord } from '../../../src-preload/contract/record'
import type { RunStatus } from '../../../src-preload/contract/run'
import type { ProgramHands } from '../../../src-main/programs/program-hands'
import { ProgramServer } from '../../../src-main/programs/program-server'

type Line = Record<string, unknown>
const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function setUp() {
  const listeners = new Set<(frame: number, record: FrameRecord) => void>()
  const done: unknown[] = []
  const published: unknown[] = []
  const hands: ProgramHands = {
    status: () => ({ phase: 'running', seen: 3 }) as RunStatus,
    devices: () => [],
    burst: ({ program, frames, everyMs }) => {
      done.push(['burst', program, frames, everyMs])
      return Promise.resolve([3, 4])
    },
    set: (program, device, property) => {
      done.push(['set', program, device, property])
      return Promise.reject(
        new Failed('argument.invalid', 'power is 900; allowed is 0 to 100.', { next: 'Less.' })
      )
    },
    note: (text) => {
      done.push(['note', text])
      return Promise.resolve({ frame: 2 })
    },
    onFrame: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
  const server = new ProgramServer({
    hands,
    version: '1.2.3',
    publish: (access) => published.push(access),
    onChange: () => undefined
  })
  open.push(() => server.close())
  const { port, token } = await server.open(0)
  return { server, listeners, done, published, port: port ?? 0, token: token ?? '' }
}

function program(port: number) {
  const socket: Socket = connect(port, '127.0.0.1')
  const lines: Line[] = []
  const waiting: (() => void)[] = []
  createInterface({ input: socket }).on('line', (line) => {
    lines.push(JSON.parse(line) as Line)
    for (const wake of waiting.splice(0)) wake()
  })
  const closed = once(socket, 'close')
  socket.on('error', () => undefined)
  const next = async (): Promise<Line> => {
    while (lines.length === 0) await new Promise<void>((wake) => waiting.push(wake))
    return lines.shift() as Line
  }
  const say = (value: unknown): void => void socket.write(`${JSON.stringify(value)}\n`)
  return { socket, next, say, closed, lines }
}

async function known(port: number, token: string, name = 'analysis') {
  const one = program(port)
  one.say({ token, name })
  expect(await one.next()).toEqual({ ok: true, app: 'Benchframe 1.2.3', protocol: 1 })
  return one
}

describe('the socket for other programs (X3)', () => {
  it('is closed until it is opened, and is published only while it is open', async () => {
    const { server, published, port, token } = await setUp()
    expect(published).toEqual([{ port, token }])
    await server.close()
    expect(published).toEqual([{ port, token }, null])
    expect(server.status()).toEqual({ port: null, token: null, programs: [] })
    await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toThrow(/ECONNREFUSED/)
  })

  it('listens on loopback only', async () => {
    const { server } = await setUp()
    const internal = server as unknown as { readonly status: () => { port: number } }
    // Another address of this machine gets no connection on the same port.
    await expect(once(connect(internal.status().port, '127.0.0.2'), 'connect')).rejects.toThrow()
  })

  it.each([
    ['a wrong token', { token: 'x'.repeat(32), name: 'thief' }, /token/],
    ['no token', { name: 'thief' }, /token/],
    ['a request before the token', { id: 1, do: 'status' }, /hello/],
    ['no name', { token: 'right', name: '' }, /name/]
  ])('refuses %s and closes', async (_, hello, said) => {
    const { port, done } = await setUp()
    const one = program(port)
    one.say(hello)
    const { ok, failure } = await one.next()
    expect(ok).toBe(false)
    expect((failure as { message: string }).message).toMatch(said)
    await one.closed
    expect(done).toEqual([])
  })

  it('a browser that posts to it is refused', async () => {
    const { port, done } = await setUp()
    const one = program(port)
    one.socket.write('POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n{"id":1,"do":"burst","frames":5}\n')
    await one.closed
    expect(done).toEqual([])
  })

  it('carries out requests and answers each by its id', async () => {
    const { port, token, done } = await setUp()
    const one = await known(port, token)
    one.say({ id: 'a', do: 'burst', frames: 2 })
    expect(await one.next()).toEqual({ id: 'a', ok: true, answer: { frames: [3, 4] } })
    one.say({ id: 7, do: 'note', text: 'warm' })
    expect(await one.next()).toEqual({ id: 7, ok: true, answer: { frame: 2 } })
    one.say({ id: 8, do: 'set', device: 'laser', property: 'power', value: 900 })
    expect(await one.next()).toEqual({
      id: 8,
      ok: false,
      failure: { code: 'argument.invalid', message: 'power is 900; allowed is 0 to 100.', next: 'Less.' }
    })
    one.say({ id: 9, do: 'status' })
    expect(await one.next()).toMatchObject({ id: 9, ok: true, answer: { phase: 'running' } })
    expect(done).toEqual([
      ['burst', 'analysis', 2, 0],
      ['note', 'analysis: warm'],
      ['set', 'analysis', 'laser', 'power']
    ])
  })

  it.each([
    ['{"id":1,"do":"format"}', /no request "format"/],
    ['{"id":1}', /no request/],
    ['{"id":1,"do":"burst","frames":0}', /frames is 0/],
    ['{"id":1,"do":"burst","frames":1,"then":2}', /then/],
    ['{"id":1,"do":"constructor"}', /no request/],
    ['[1,2]', /not a JSON object/],
    ['burst!', /not a JSON object/]
  ])('answers %s with what is wrong, and goes on', async (line, said) => {
    const { port, token, done } = await setUp()
    const one = await known(port, token)
    one.socket.write(`${line}\n`)
    const { ok, failure } = await one.next()
    expect(ok).toBe(false)
    expect((failure as { message: string }).message).toMatch(said)
    one.say({ id: 2, do: 'devices' })
    expect(await one.next()).toEqual({ id: 2, ok: true, answer: [] })
    expect(done).toEqual([])
  })

  it('tells frames only to those who asked, with long integers digit by digit', async () => {
    const { port, token, listeners } = await setUp()
    const one = await known(port, token)
    const other = await known(port, token, 'other')
    one.say({ id: 1, do: 'subscribe', frames: true })
    expect(await one.next()).toMatchObject({ ok: true, answer: { frames: true, run: false } })
    for (const tell of listeners) tell(4, { delta_t: 1.5, ticks: 12345678901234567890n })
    while (one.lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(one.lines).toHaveLength(1)
    expect(JSON.stringify(await one.next())).toContain('"frame":4')
    other.say({ id: 1, do: 'devices' })
    expect(await other.next()).toEqual({ id: 1, ok: true, answer: [] })
  })

  it('tells a phase of the run once', async () => {
    const { port, token, server } = await setUp()
    const one = await known(port, token)
    one.say({ id: 1, do: 'subscribe', run: true })
    await one.next()
    for (const phase of ['running', 'running', 'finished'] as const) server.run({ phase } as RunStatus)
    expect([await one.next(), await one.next()]).toEqual([
      { event: 'run', run: { phase: 'running' } },
      { event: 'run', run: { phase: 'finished' } }
    ])
  })

  it('a line that is too long ends the connection', async () => {
    const { port, token } = await setUp()
    const one = await known(port, token)
    one.socket.write('x'.repeat(70_000))
    expect(await one.next()).toMatchObject({ ok: false })
    await one.closed
  })

  it('too many requests are refused, not queued', async () => {
    const { port, token } = await setUp()
    const one = await known(port, token)
    for (let id = 0; id < 300; id++) one.say({ id, do: 'devices' })
    const answers: Line[] = []
    while (answers.length < 300) answers.push(await one.next())
    expect(answers.filter(({ ok }) => ok === true).length).toBeGreaterThanOrEqual(32)
    expect(answers.some(({ ok }) => ok === false)).toBe(true)
  })

  it('a program that does not read misses frames, is told how many, and holds nobody up', async () => {
    const { port, token, listeners } = await setUp()
    const one = await known(port, token)
    one.say({ id: 1, do: 'subscribe', frames: true })
    await one.next()
    one.socket.pause()
    const text = 'x'.repeat(100_000)
    const total = 400
    for (let frame = 0; frame < total; frame++) for (const tell of listeners) tell(frame, { text })
    one.socket.resume()
    let frames = 0
    let missed = 0
    for (let frame = total; frames + missed < total; frame++) {
      // Each further frame gives the server a reason to say how many were left out.
      for (const tell of listeners) tell(frame, { text: '' })
      await new Promise((resolve) => setTimeout(resolve, 5))
      for (const line of one.lines.splice(0)) {
        if (line.event === 'missed') missed += line.frames as number
        else if ((line.frame as number) < total) frames += 1
      }
    }
    expect(missed).toBeGreaterThan(0)
  })

  it('eight programs at most', async () => {
    const { port, token, server } = await setUp()
    for (let i = 0; i < 8; i++) await known(port, token, `p${i}`)
    expect(server.status().programs).toHaveLength(8)
    const ninth = program(port)
    expect(await ninth.next()).toMatchObject({ ok: false })
    await ninth.closed
  })

  it('a port that is taken is named, and nothing is open then', async () => {
    const { port } = await setUp()
    const { server } = await setUp()
    await expect(server.open(port)).rejects.toThrow(`Port ${port} is used by another program.`)
    expect(server.status().port).toBeNull()
  })
})
