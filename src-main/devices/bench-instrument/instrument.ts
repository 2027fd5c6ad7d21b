/** A bench instrument at a serial port: one link, four devices, one entry in the device list. */
import type { DeviceStatus } from '../../../src-preload/contract/device'
import type { Failed } from '../../../src-preload/contract/failure'
import type { MonoNs } from '../device'
import { unknownProperty, type PropertyValue } from '../limits'
import { createListeners } from '../listeners'
import { createConnection } from '../serial/connection'
import { createBenchLight, type BenchLight } from './light'
import { partStatus, type Instrument, type SerialInstrument } from '../serial/part'
import { manner, parse } from './protocol'
import { createBenchStage, type BenchStage } from './stage'
import { createBenchThermometer, type BenchThermometer } from './thermometer'
import { createTriggerLine, type TriggerLine } from '../serial/trigger-line'

export interface BenchInstrument extends SerialInstrument {
  readonly stage: BenchStage
  readonly light: BenchLight
  readonly thermometer: BenchThermometer
  readonly trigger: TriggerLine
}

/** Opens and identifies it. After a loss it reconnects by itself until it is closed. */
export async function connectBenchInstrument(path: string): Promise<BenchInstrument> {
  const changes = createListeners<void>()
  const connection = createConnection(path, manner, {
    onPush: (line, at) => push(line, at),
    onChange: () => changes.tell(),
    onLost: (why) => tellLost(why),
    onReady: () => undefined
  })
  const instrument: Instrument = {
    id: `serial:${path}`,
    path,
    proof: 'protocol twin',
    connection,
    changes,
    label: () => `Bench instrument ${connection.identity?.serialNumber ?? `at ${path}`}`
  }
  const stage = createBenchStage(instrument)
  const light = createBenchLight(instrument)
  const thermometer = createBenchThermometer(instrument)
  const trigger = createTriggerLine(instrument)
  const parts = [stage, light, thermometer, trigger] as const

  function push(line: string, at: MonoNs): { pause: boolean } {
    const report = parse(line.slice(1))
    switch (report?.kind) {
      case 'position':
        stage.take(report, at)
        break
      case 'laser':
        light.take(report, at)
        break
      case 'temperature':
        thermometer.take(report.celsius, at)
        break
      case 'edge':
        trigger.take(report, at)
        // The frame that it asks for gets the values from before it on the wire: what follows waits a turn.
        return { pause: true }
      case undefined: // the dialect lets no such line through
        break
    }
    return { pause: false }
  }

  const tellLost = (why: Failed): void => parts.forEach((part) => part.onLost(why))

  async function set(name: string, value: PropertyValue): Promise<void> {
    const part = parts.find((one) =>
      one.status().properties.some(({ key, settable }) => key === name && settable)
    )
    if (part === undefined) throw unknownProperty(instrument.label(), name)
    await part.set(name, value)
  }

  async function makeSafe(): Promise<void> {
    if (connection.state !== 'ready') return
    await Promise.all([light.allOff(), stage.stop()])
  }

  const status = (): DeviceStatus => {
    const states = parts.map((part) => part.status())
    const busy = states.some(({ state }) => state === 'busy')
    return partStatus(
      instrument,
      ['stage', 'light', 'sensor', 'trigger'],
      states.flatMap(({ properties }) => properties),
      busy
    )
  }

  await connection.open()
  // So that the first frame already has every value.
  await Promise.all([stage.refresh(), light.refresh(), thermometer.refresh()])
  return {
    id: instrument.id,
    kind: 'instrument',
    path,
    stage,
    light,
    thermometer,
    trigger,
    parts,
    readables: [stage, light, thermometer],
    status,
    onChange: changes.add,
    set,
    traffic: () => connection.traffic.lines(),
    async tryOut(line) {
      const startedAt = performance.now()
      return { answer: await connection.request(line), values: {}, ms: performance.now() - startedAt }
    },
    makeSafe,
    async close() {
      await connection.close()
      await trigger.close()
      changes.clear()
    }
  }
}
