/** The thermometer of a bench instrument, which speaks by itself. */
import { Failed } from '../../../src-preload/contract/failure'
import type { MonoNs, Sensor } from '../device'
import { unknownProperty } from '../limits'
import { ask, changesOf, partStatus, property, type Instrument, type Part } from '../serial/part'
import { commands, parse } from './protocol'
import { createQuantity, readingOf } from '../serial/quantities'

export interface BenchThermometer extends Sensor, Part {
  take(celsius: number, at: MonoNs): void
  refresh(): Promise<void>
}

export function createBenchThermometer(instrument: Instrument): BenchThermometer {
  const { connection } = instrument
  const id = `${instrument.id}/thermometer`
  const celsius = createQuantity<number>(() => connection.state === 'ready')
  const shown = {
    key: 'temperature',
    label: 'Temperature',
    unit: '°C',
    settable: false,
    recordKey: 'temperature'
  }

  function take(value: number, at: MonoNs): void {
    if (celsius.take(value, at)) instrument.changes.tell()
  }

  return {
    id,
    kind: 'sensor',
    status: () => ({ ...partStatus(instrument, ['sensor'], [property(shown, celsius)], false), id }),
    onChange: changesOf(instrument),
    set: (name) => Promise.reject(unknownProperty(instrument.label(), name)),
    readings: () =>
      readingOf(
        { key: 'temperature', type: 'number', unit: '°C', source: id },
        celsius,
        process.hrtime.bigint()
      ),
    take,
    async refresh() {
      const answer = await ask(instrument, commands.temperature)
      const report = parse(answer)
      if (report?.kind !== 'temperature')
        throw new Failed(
          'device.protocol',
          `${instrument.label()} answered “${answer}” when asked for its temperature.`
        )
      take(report.celsius, process.hrtime.bigint())
    },
    onLost: () => undefined,
    close: () => Promise.resolve()
  }
}
