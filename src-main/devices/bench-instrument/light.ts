/** The laser of a bench instrument: set-point and switch, and the power that it reads back. */
import { Failed } from '../../../src-preload/contract/failure'
import type { Light, MonoNs } from '../device'
import { numberWithin, trueOrFalse, unknownProperty } from '../limits'
import { ask, changesOf, partStatus, property, type Instrument, type Part } from '../serial/part'
import { commands, mustBeOk, parse, POWER_LIMITS, type Report } from './protocol'
import { createQuantity, readingOf } from '../serial/quantities'

export interface BenchLight extends Light, Part {
  take(report: Extract<Report, { kind: 'laser' }>, at: MonoNs): void
  refresh(): Promise<void>
}

export function createBenchLight(instrument: Instrument): BenchLight {
  const { connection } = instrument
  const id = `${instrument.id}/laser`
  const alive = (): boolean => connection.state === 'ready'
  const on = createQuantity<boolean>(alive)
  const setMw = createQuantity<number>(alive)
  const readMw = createQuantity<number>(alive)

  function take(report: Extract<Report, { kind: 'laser' }>, at: MonoNs): void {
    const news = [on.take(report.on, at), setMw.take(report.setMw, at), readMw.take(report.readMw, at)]
    if (news.includes(true)) instrument.changes.tell()
  }

  async function refresh(): Promise<void> {
    const answer = await ask(instrument, commands.laser)
    const report = parse(answer)
    if (report?.kind !== 'laser')
      throw new Failed(
        'device.protocol',
        `${instrument.label()} answered “${answer}” when asked for its laser.`
      )
    take(report, process.hrtime.bigint())
  }

  async function tell(command: string, urgent: boolean): Promise<void> {
    mustBeOk(instrument.label(), command, await ask(instrument, command, urgent))
    await refresh()
  }

  return {
    id,
    kind: 'light',
    status: () => ({ ...partStatus(instrument, ['light'], properties(), false), id }),
    onChange: changesOf(instrument),
    async set(name, value) {
      if (name === 'power')
        await tell(commands.power(numberWithin(instrument.label(), 'power', value, POWER_LIMITS)), false)
      else if (name === 'on') await tell(commands.on(trueOrFalse(instrument.label(), 'on', value)), false)
      else throw unknownProperty(instrument.label(), name)
    },
    allOff: () => tell(commands.off, true),
    readings: () =>
      readingOf(
        { key: 'laser_power', type: 'number', unit: 'mW', source: id },
        readMw,
        process.hrtime.bigint()
      ),
    take,
    refresh,
    onLost: () => undefined,
    close: () => (alive() ? tell(commands.off, true) : Promise.resolve())
  }

  function properties(): ReturnType<typeof property>[] {
    const { min, max } = POWER_LIMITS
    return [
      property({ key: 'on', label: 'On', settable: true }, on),
      property({ key: 'power', label: 'Power set', unit: 'mW', settable: true, min, max }, setMw),
      property(
        { key: 'power_read', label: 'Power', unit: 'mW', settable: false, recordKey: 'laser_power' },
        readMw
      )
    ]
  }
}
