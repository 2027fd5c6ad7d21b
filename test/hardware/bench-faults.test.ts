/** What goes wrong on a serial line, made to go wrong by the twin. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  connectBenchInstrument,
  type BenchInstrument
} from '../../src-main/devices/bench-instrument/instrument'
import type { TriggerEdge } from '../../src-main/devices/device'
import { pause, until } from '../suites/devices/subject'
import { startTwin, type Twin } from '../twins/start-twin'

let twin: Twin
let open: BenchInstrument[] = []

beforeEach(async () => {
  twin = await startTwin()
})
afterEach(async () => {
  await Promise.all(open.map((instrument) => instrument.close()))
  open = []
  await twin.close()
})

async function connected(): Promise<BenchInstrument> {
  const instrument = await connectBenchInstrument(twin.path)
  open.push(instrument)
  return instrument
}

const stateOf = (instrument: BenchInstrument): string => instrument.status().state
const stale = (instrument: BenchInstrument): boolean[] =>
  instrument.readables.flatMap((one) => one.readings()).map((reading) => reading.stale)

describe('PEER bench: connecting', () => {
  test('an unknown port is absent, with a next step', async () => {
    await expect(connectBenchInstrument('/dev/ttyNone7')).rejects.toMatchObject({
      code: 'device.absent',
      message: 'There is no port /dev/ttyNone7.',
      next: expect.stringContaining('Plug') as unknown
    })
  })

  test('a file and a folder are no serial ports', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-port-'))
    const file = join(folder, 'file')
    writeFileSync(file, 'text')
    await expect(connectBenchInstrument(file)).rejects.toMatchObject({ code: 'device.refused' })
    await expect(connectBenchInstrument(folder)).rejects.toMatchObject({ code: 'device.refused' })
    rmSync(folder, { recursive: true })
  })

  test('a port that is open already is busy, and the first connection does not suffer', async () => {
    const first = await connected()
    await expect(connectBenchInstrument(twin.path)).rejects.toMatchObject({ code: 'device.busy' })
    await first.stage.moveTo({ x: 101 })
  })

  test.skipIf(process.geteuid?.() !== 0)('a port without permission says which group to join', async () => {
    chmodSync(dirname(twin.path), 0o755)
    process.seteuid?.(65_534)
    const failure: unknown = await connectBenchInstrument(twin.path)
      .catch((error: unknown) => error)
      .finally(() => process.seteuid?.(0))
    expect(failure).toMatchObject({
      code: 'device.denied',
      next: expect.stringContaining('dialout') as unknown
    })
  })

  test('silence is told as such within 2 s (D1)', async () => {
    await twin.send({ do: 'silence', all: true })
    const before = performance.now()
    await expect(connectBenchInstrument(twin.path)).rejects.toMatchObject({
      code: 'device.timeout',
      message: `Nothing answers at ${twin.path}.`
    })
    expect(performance.now() - before).toBeLessThan(2000)
  })

  test('another kind of instrument is told from ours', async () => {
    await twin.send({ do: 'model', text: 'toaster' })
    await expect(connectBenchInstrument(twin.path)).rejects.toMatchObject({
      code: 'device.protocol',
      detail: expect.stringContaining('toaster') as unknown
    })
  })

  test('works again at once after each of a hundred closings', async () => {
    for (let i = 0; i < 100; i++) {
      const instrument = await connectBenchInstrument(twin.path)
      await instrument.close()
    }
  })
})

describe('PEER bench: noise on the line', () => {
  test('garbage is counted and shown, and changes no value', async () => {
    const instrument = await connected()
    await twin.send({ do: 'garbage', lines: 20 })
    await twin.send({ do: 'garbage', bytes: 400 })
    await twin.send({ do: 'raw', text: '\n' })
    await instrument.stage.moveTo({ x: 120 })
    expect(instrument.status().garbage).toBeGreaterThanOrEqual(20)
    expect(stateOf(instrument)).toBe('ready')
    expect(instrument.stage.readings()[0]?.value).toBe(120)
    expect(instrument.traffic().filter((line) => line.includes('⚠')).length).toBeGreaterThanOrEqual(20)
  })

  test('a line without end is cut at 4 kB and does not grow', async () => {
    const instrument = await connected()
    for (let i = 0; i < 8; i++) {
      await twin.send({ do: 'raw', text: 'A'.repeat(3000) })
      await pause(20)
    }
    await twin.send({ do: 'raw', text: '\n' })
    await instrument.stage.moveTo({ x: 130 })
    expect(instrument.status().garbage).toBe(1)
    expect(instrument.traffic().join('\n').length).toBeLessThan(10_000)
  })

  test('answers byte by byte are understood', async () => {
    const instrument = await connected()
    await twin.send({ do: 'partial' })
    await instrument.light.set('power', 33)
    expect(instrument.light.status().properties.find(({ key }) => key === 'power')?.value).toBe(33)
  })

  test('an answer nobody asked for is garbage', async () => {
    const instrument = await connected()
    await twin.send({ do: 'raw', text: 'OK\n' })
    await until('counted', () => instrument.status().garbage === 1)
    await instrument.stage.moveTo({ y: 201 })
  })
})

describe('PEER bench: answers that fail', () => {
  test('half an answer is a time-out, and the next question gets its own answer', async () => {
    const instrument = await connected()
    await twin.send({ do: 'half' })
    await expect(instrument.light.set('power', 10)).rejects.toMatchObject({ code: 'device.timeout' })
    await instrument.light.set('power', 11)
    expect(instrument.light.status().properties.find(({ key }) => key === 'power')?.value).toBe(11)
    expect(stateOf(instrument)).toBe('ready')
  })

  test('a late answer is never taken for the next one of the same form', async () => {
    const instrument = await connected()
    await instrument.stage.moveTo({ x: 140 })
    for (const ms of [320, 400, 500, 650]) {
      await twin.send({ do: 'slow', ms })
      await expect(instrument.stage.refresh()).rejects.toMatchObject({ code: 'device.timeout' })
      await instrument.light.refresh()
      await instrument.stage.moveTo({ x: ms })
      expect(instrument.stage.readings()[0]?.value).toBe(ms)
    }
    expect(instrument.traffic().some((line) => line.includes('not used while waiting'))).toBe(true)
    expect(instrument.status().garbage).toBe(0)
    expect(stateOf(instrument)).toBe('ready')
  })

  test('says which command was not answered, by whom and how long it waited (D1)', async () => {
    const instrument = await connected()
    await twin.send({ do: 'slow', ms: 400 })
    const failure = (await instrument.stage.refresh().catch((error: unknown) => error)) as Error
    expect(failure.message).toMatch(/did not answer “POS\?” within 3\d\d ms/)
  })

  test('what is asked at once is asked in turn', async () => {
    const instrument = await connected()
    await Promise.all([5, 6, 7, 8].map((mw) => instrument.light.set('power', mw)))
    const asked = twin.log().filter(({ dir, text }) => dir === 'in' && text.startsWith('LASER power'))
    expect(asked.map(({ text }) => text)).toEqual([5, 6, 7, 8].map((mw) => `LASER power=${mw}.00`))
    const [first, second] = asked.map(({ n }) => n) as [number, number]
    expect(
      twin.log().some(({ n, dir, text }) => n > first && n < second && dir === 'out' && text === 'OK')
    ).toBe(true)
  })

  test('a refusal is told in the words of the instrument', async () => {
    const instrument = await connected()
    await twin.send({ do: 'refuse', text: 'ERR 3 interlock open' })
    await expect(instrument.light.set('on', true)).rejects.toMatchObject({
      code: 'device.refused',
      message: 'Bench instrument BF0001 refused “LASER on=1”: interlock open.'
    })
  })

  test('an instrument that hangs is lost within 2 s, its values are stale at once, and it comes back (D2)', async () => {
    const instrument = await connected()
    await twin.send({ do: 'silence', all: true })
    const before = performance.now()
    await until('lost', () => stateOf(instrument) === 'lost', 3000)
    expect(performance.now() - before).toBeLessThan(2000)
    expect(stale(instrument)).toEqual([true, true, true, true, true])
    await twin.send({ do: 'silence', on: false })
    await until('back', () => stateOf(instrument) === 'ready', 4000)
    await until('fresh', () => !stale(instrument).includes(true))
  })

  test('stop and close take less than a second with an instrument that hangs (D4)', async () => {
    const instrument = await connected()
    const move = instrument.stage.moveTo({ x: -2000 }).catch((error: unknown) => error)
    await pause(50)
    await twin.send({ do: 'silence' })
    const before = performance.now()
    await expect(instrument.stage.stop()).rejects.toMatchObject({ code: 'device.timeout' })
    expect(performance.now() - before).toBeLessThan(1000)
    // It was sent all the same: the twin reads what it does not answer.
    expect((await twin.send({ do: 'state' })).moving).toBe(false)
    const closing = performance.now()
    await instrument.close()
    expect(performance.now() - closing).toBeLessThan(1000)
    await move
  })
})

describe('PEER bench: unplugging', () => {
  test('in the middle of a request: it fails as lost, and is not sent again later', async () => {
    const instrument = await connected()
    await twin.send({ do: 'silence' })
    const request = expect(instrument.light.set('power', 77)).rejects.toMatchObject({ code: 'device.lost' })
    await until('asked', () => twin.log().some(({ text }) => text === 'LASER power=77.00'))
    await twin.send({ do: 'silence', on: false })
    await twin.send({ do: 'unplug' })
    await request
    await expect(instrument.stage.moveTo({ x: 0 })).rejects.toMatchObject({ code: 'device.lost' })
    await twin.send({ do: 'replug' })
    await until('back', () => stateOf(instrument) === 'ready')
    await pause(200)
    const log = twin.log()
    const after = log.slice(log.findIndex(({ text }) => text === 'unplugged'))
    expect(after.filter(({ dir, text }) => dir === 'in' && /^(MOVE|LASER p)/.test(text))).toEqual([])
  })

  test('in the middle of a move: the move fails as lost', async () => {
    const instrument = await connected()
    const move = expect(instrument.stage.moveTo({ x: -4000 })).rejects.toMatchObject({ code: 'device.lost' })
    await pause(100)
    await twin.send({ do: 'unplug' })
    await move
    expect(stateOf(instrument)).toBe('lost')
  })

  test('twenty times, idle and with traffic: none is missed, each is told within 150 ms, and each comes back', async () => {
    const instrument = await connected()
    const tookMs: number[] = []
    for (let i = 0; i < 20; i++) {
      if (i % 2 === 0) for (let ping = 0; ping < 30; ping++) await instrument.stage.refresh()
      else await pause(20)
      const before = performance.now()
      await Promise.all([
        twin.send({ do: 'unplug' }),
        until('lost', () => stateOf(instrument) === 'lost', 3000)
      ])
      tookMs.push(performance.now() - before)
      await twin.send({ do: 'replug' })
      await until('back', () => stateOf(instrument) === 'ready', 3000)
    }
    expect(tookMs.length).toBe(20)
    expect(Math.max(...tookMs)).toBeLessThan(150)
  }, 60_000)

  test('says so in one sentence with a next step, and is ready within a second of plugging in', async () => {
    const instrument = await connected()
    await twin.send({ do: 'unplug' })
    await until('lost', () => stateOf(instrument) === 'lost')
    expect(instrument.status()).toMatchObject({
      problem: `The instrument at ${twin.path} was unplugged.`,
      next: expect.stringContaining('Plug it in again') as unknown
    })
    await twin.send({ do: 'replug' })
    const before = performance.now()
    await until('back', () => stateOf(instrument) === 'ready')
    expect(performance.now() - before).toBeLessThan(1000)
    expect(instrument.status().problem).toBeUndefined()
  })

  test('another instrument at the same port is not taken for it', async () => {
    const instrument = await connected()
    await twin.send({ do: 'unplug' })
    await until('lost', () => stateOf(instrument) === 'lost')
    await twin.send({ do: 'serial', text: 'OTHER1' })
    await twin.send({ do: 'replug' })
    await until('told', () => instrument.status().problem?.includes('OTHER1') ?? false, 4000)
    expect(stateOf(instrument)).toBe('lost')
    await twin.send({ do: 'serial', text: 'BF0001' })
    await until('back', () => stateOf(instrument) === 'ready', 4000)
  })

  test('edges that nobody could hear are counted when it is back, also when it started anew (T5)', async () => {
    const instrument = await connected()
    const edges: TriggerEdge[] = []
    instrument.trigger.onEdge((edge) => edges.push(edge))
    await twin.send({ do: 'trigger', count: 2, everyMs: 5 })
    await until('2 edges', () => edges.length === 2)
    await twin.send({ do: 'unplug' })
    await twin.send({ do: 'trigger', count: 4, everyMs: 5 })
    await until('lost', () => stateOf(instrument) === 'lost')
    await pause(50)
    await twin.send({ do: 'replug' })
    await until('back', () => stateOf(instrument) === 'ready')
    await twin.send({ do: 'trigger', count: 1, everyMs: 5 })
    await until('3 edges', () => edges.length === 3)
    expect(edges[2]).toMatchObject({ sequence: 7, lostBefore: 4 })
    await twin.send({ do: 'unplug' })
    await until('lost', () => stateOf(instrument) === 'lost')
    await twin.send({ do: 'restart' })
    await twin.send({ do: 'loseEdges', count: 3 })
    await twin.send({ do: 'replug' })
    await until('back', () => stateOf(instrument) === 'ready')
    await twin.send({ do: 'trigger', count: 1, everyMs: 5 })
    await until('4 edges', () => edges.length === 4)
    expect(edges[3]).toMatchObject({ sequence: 4, lostBefore: 3 })
  })

  test('closing while it is away ends the attempts to get it back', async () => {
    const instrument = await connected()
    await twin.send({ do: 'unplug' })
    await until('lost', () => stateOf(instrument) === 'lost')
    await instrument.close()
    await twin.send({ do: 'replug' })
    await pause(700)
    expect(twin.log().at(-1)?.text).toBe('plugged')
    expect(stateOf(instrument)).toBe('absent')
  })
})

describe('PEER bench: the order on the wire', () => {
  test('at an edge the values are those of the last lines before it, even when many come at once', async () => {
    const instrument = await connected()
    const seen: { sequence: number; temperature: unknown; x: unknown }[] = []
    instrument.trigger.onEdge((edge) => {
      // As acquisition does: it looks a few promises later, not in the same breath.
      void Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => {
          const [x] = instrument.stage.readings()
          const [temperature] = instrument.thermometer.readings()
          seen.push({ sequence: edge.sequence, temperature: temperature?.value, x: x?.value })
        })
    })
    await twin.send({ do: 'temperature', value: 30, perSecond: 5, noise: 0.1, everyMs: 3 })
    const move = instrument.stage.moveTo({ x: 1500 })
    await twin.send({ do: 'trigger', count: 150, everyMs: 4 })
    // Hold this process up now and then, so that lines pile up and come in one piece.
    while (seen.length < 150) {
      const end = performance.now() + 15
      while (performance.now() < end);
      await pause(10)
    }
    await move
    expect(seen).toEqual(expectedAtEdges(twin))
  })
})

/** What the twin's log says was true at each edge. */
function expectedAtEdges({ log }: Twin): unknown[] {
  let temperature = NaN
  let x = NaN
  const expected: unknown[] = []
  for (const { dir, text } of log()) {
    if (dir !== 'out') continue
    const warm = /^!?TEMP (.*)$/.exec(text)
    if (warm !== null) temperature = Number(warm[1])
    const place = /^!?POS x=(\S+)/.exec(text)
    if (place !== null) x = Number(place[1])
    const edge = /^!TRIG (\d+)/.exec(text)
    if (edge !== null) expected.push({ sequence: Number(edge[1]), temperature, x })
  }
  return expected
}
