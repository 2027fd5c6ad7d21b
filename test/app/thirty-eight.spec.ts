/**
 * Four devices at once: a serial sensor warms up while a GRBL stage moves; at 38 °C the frames from before are kept and a GenICam camera takes a burst;
 * a second crossing within the refractory time does nothing; when it is cold again a second rule ends the run. Every value is traced to its wire.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Rule, RuleAction, RuleTest } from '../../src-preload/contract/rule'
import { expect, test } from '../support/app'
import { complaints, judge } from '../support/judge'
import { newFolder, profile } from '../support/profile'
import { startInstrumentTwin, type Twin } from '../twins/start-twin'
import { ruleOf } from '../unit/acquisition/rules/rule-of'
import { ready, view, zarrRoot } from './bench'

const RING = 5
const BURST = 20

const rule = (name: string, test: RuleTest, refractoryMs: number, actions: readonly RuleAction[]): Rule => {
  const { condition } = ruleOf()
  return ruleOf({ id: name, name, condition: { ...condition, test, refractoryMs } }, actions)
}

async function connect(page: Page, twin: Twin, kind: string): Promise<void> {
  await page.getByLabel('Port', { exact: true }).fill(twin.path)
  await page.getByRole('combobox', { name: 'Kind of instrument' }).click()
  await page.getByRole('option', { name: kind }).click()
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByRole('heading', { name: kind })).toBeVisible()
}

test('38 °C: ring, burst of 20 from the GenICam camera while the GRBL stage moves, refractory, stop (D2, M4, M6)', async ({
  start
}) => {
  test.setTimeout(180_000)
  const folder = newFolder()
  const peer = spawn('arv-fake-gv-camera-0.8', ['-i', '127.0.0.1'], { stdio: 'ignore' })
  const [sensor, stage] = await Promise.all([
    startInstrumentTwin('arduino-json'),
    startInstrumentTwin('grbl')
  ])
  const warm = rule('warm', { kind: 'above', value: 38, hysteresis: 0.5 }, 4_000, [
    { kind: 'keep ring' },
    { kind: 'burst', frames: BURST, seconds: null, everyMs: 60 }
  ])
  const cold = rule('cold', { kind: 'below', value: 30, hysteresis: 0 }, 0, [{ kind: 'stop' }])
  let stageSaid: readonly string[] = []
  try {
    await sensor.send({ do: 'temperature', value: 36 })
    const { page } = await start({
      userData: profile({
        folder,
        format: 'both',
        triggerKind: 'manual',
        rules: [warm, cold],
        ring: { frames: RING, everyMs: 50 }
      })
    })
    await ready(page)
    await view(page, 'Devices')
    await page.getByRole('button', { name: /Aravis-Fake-GV01/ }).click()
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Aravis Fake' })).toBeVisible({ timeout: 30_000 })
    await connect(page, sensor, 'Arduino sensor (JSON lines)')
    await connect(page, stage, 'GRBL 1.1 stage')

    await view(page, 'Acquire')
    // A frame fits into the socket's buffer: a busy computer loses no packets, and the fake camera can't send them again.
    await page.getByRole('combobox', { name: 'Frame size' }).click()
    await page.getByRole('option', { name: '256 × 256' }).click()
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await expect(page.getByTestId('run-state')).toContainText('Recording')
    await page.waitForTimeout(800) // the ring fills
    await expect(page.getByTestId('seen')).toHaveAttribute('data-value', '0')

    // The stage is on its way for about two and a half seconds.
    await view(page, 'Devices')
    await page.getByRole('button', { name: /GRBL 1\.1 stage/ }).click()
    await page.getByLabel('X, µm').fill('4900')
    await page.getByLabel('X, µm').press('Enter')
    await sensor.send({ do: 'temperature', value: 38.4 })
    await page.screenshot({ path: 'test-results/38-devices.png' })
    await view(page, 'Acquire')
    await expect(page.getByTestId('written')).toHaveAttribute('data-value', String(RING + BURST), {
      timeout: 20_000
    })

    // Down past the hysteresis and up again: too early.
    await sensor.send({ do: 'temperature', value: 37 })
    await page.waitForTimeout(400)
    await sensor.send({ do: 'temperature', value: 38.6 })
    await view(page, 'Rules')
    await expect(page.getByTestId('fire').first()).toBeVisible()
    await page.screenshot({ path: 'test-results/38-rules.png' })
    await view(page, 'Acquire')
    await page.waitForTimeout(600)
    await expect(page.getByTestId('written')).toHaveAttribute('data-value', String(RING + BURST))
    await page.screenshot({ path: 'test-results/38-acquire.png' })

    await sensor.send({ do: 'temperature', value: 25 })
    await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true', { timeout: 20_000 })
    stageSaid = stage.log().flatMap(({ dir, text }) => (dir === 'out' ? [text] : []))
  } finally {
    await Promise.all([sensor.close(), stage.close()])
    peer.kill('SIGKILL')
  }

  for (const name of ['run_001.ome.tiff', 'run_001.ome.zarr'])
    expect(complaints(await judge(join(folder, name)))).toEqual([])
  const { attributes } = zarrRoot(join(folder, 'run_001.ome.zarr'))
  const records = attributes.ome_writers.frame_metadata
  expect(records.map(({ pretrigger }) => pretrigger === true)).toEqual(
    Array.from({ length: RING + BURST }, (_, i) => i < RING)
  )
  const burst = records.slice(RING)
  for (const record of records) {
    expect(record).toMatchObject({ trigger_source: 'rule', rule: 'warm' })
    expect(record['exposure_time']).toBeGreaterThan(0)
    expect(record['trigger_value']).toBeGreaterThan(38)
    expect(record['camera_time_ticks']).toBeDefined()
  }
  // Before the event it was cold, after it warm.
  for (const record of records.slice(0, RING)) expect(record['temperature']).toBeLessThan(37)
  for (const record of burst) expect(record['temperature']).toBeGreaterThan(38)
  const numbers = records.map((record) => Number(record['camera_frame_id']))
  expect(numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? 0))).toBe(true)
  const times = records.map((record) => Number(record['delta_t']))
  expect(times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0))).toBe(true)
  // The stage was moving: each frame has a place that the stage had told, and not all the same.
  const told = new Set(
    stageSaid.flatMap((text) => {
      const [, mm] = /MPos:(-?[\d.]+),/.exec(text) ?? []
      return mm === undefined ? [] : [Math.round(Number(mm) * 1000)]
    })
  )
  const places = burst.map((record) => Math.round(Number(record['position_x'])))
  for (const place of places) expect(told).toContain(place)
  expect(new Set(places).size).toBeGreaterThan(3)
  const fires = attributes.benchframe.events
    .filter(({ kind }) => kind === 'trigger')
    .map(({ data }) => data as { rule: string; outcome: string })
  expect(fires).toMatchObject([
    { rule: 'warm', outcome: 'acted' },
    { rule: 'warm', outcome: 'refractory' },
    { rule: 'cold', outcome: 'acted' }
  ])
})
