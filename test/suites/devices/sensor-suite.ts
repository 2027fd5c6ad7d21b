import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Reading, Sensor } from '../../../src-main/devices/device'
import { pause, until, type Open, type Subject } from './subject'

const measured = (sensor: Sensor): Reading | undefined =>
  sensor.readings().find(({ key }) => key.key === 'temperature')

export function sensorSuite(name: string, open: Open<Subject<Sensor>>): void {
  describe(`${name}: as a thermometer`, () => {
    let subject: Subject<Sensor>
    let sensor: Sensor
    beforeEach(async () => {
      subject = await open()
      sensor = subject.device
    })
    afterEach(() => subject.close())

    test('tells °C with the time at which it was so', () => {
      const reading = measured(sensor)
      expect(reading?.key).toMatchObject({ key: 'temperature', unit: '°C', type: 'number' })
      expect(reading?.value).toBeGreaterThan(35)
      expect(reading?.value).toBeLessThan(39)
      const ageMs = Number(process.hrtime.bigint() - (reading?.at ?? 0n)) / 1e6
      expect(ageMs).toBeGreaterThanOrEqual(0)
      expect(ageMs).toBeLessThan(1000)
      expect(reading?.stale).toBe(false)
    })

    test('goes on measuring, and tells that there is news', async () => {
      let news = 0
      sensor.onChange(() => (news += 1))
      const values = new Set<unknown>()
      await until('three different values', () => values.add(measured(sensor)?.value).size >= 3, 4000)
      await until('told twice', () => news >= 2)
    })

    test("what it measures can't be set", async () => {
      const measured = sensor.status().properties.filter(({ recordKey }) => recordKey !== undefined)
      expect(measured.every(({ settable }) => !settable)).toBe(true)
      await expect(sensor.set('temperature', 20)).rejects.toMatchObject({ code: 'argument.invalid' })
    })

    test('is stale after closing and keeps its last value: never repeated as if it were new (M2)', async () => {
      await subject.close()
      const value = measured(sensor)?.value
      await pause(300)
      expect(measured(sensor)).toMatchObject({ value, stale: true })
    })
  })
}
