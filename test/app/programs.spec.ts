/** Another program takes part in a recording: turned on in Settings, the Python example hears frames, adds a note and gets its burst. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../support/app'
import { complaints, judge } from '../support/judge'
import { newFolder, profile } from '../support/profile'
import { zarrRoot } from './bench'

const example = join(import.meta.dirname, '..', '..', 'resources', 'examples', 'benchframe_client.py')

test('the Python example asks for a burst when a value is high, and every frame says so (X3)', async ({
  start
}) => {
  test.setTimeout(120_000)
  const folder = newFolder()
  const camera = { width: 128, height: 96, pixelType: 'uint16', exposureMs: 5 } as const
  const userData = profile({ folder, format: 'both', triggerKind: 'interval', intervalMs: 100, camera })
  const access = join(userData, 'programs.json')
  const { page } = await start({ userData })
  expect(existsSync(access)).toBe(false)

  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  await page.getByRole('switch', { name: 'Let programs on this computer take part' }).click()
  await expect(page.getByTestId('programs-connected')).toHaveText('No program is connected.')
  expect(statSync(access).mode & 0o777).toBe(0o600)
  await page.getByTestId('programs-connected').scrollIntoViewIfNeeded()
  await page.screenshot({ path: 'test-results/settings-programs.png' })

  const program = spawn('python3', [
    example,
    '--access',
    access,
    '--key',
    'temperature',
    '--above',
    '-1',
    '--burst',
    '6'
  ])
  let output = ''
  let errors = ''
  program.stdout.on('data', (text) => (output += String(text)))
  program.stderr.on('data', (text) => (errors += String(text)))
  const ended = once(program, 'exit')
  await expect(page.getByTestId('programs-connected')).toHaveText('Connected: example')

  await page.getByRole('button', { name: 'Acquire', exact: true }).click()
  await page.getByRole('button', { name: 'Record', exact: true }).click()
  await ended
  expect(errors).toBe('')
  const { frames, value } = JSON.parse(output) as { frames: number[]; value: number }
  expect(frames).toHaveLength(6)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-complete', 'true')

  const root = zarrRoot(join(folder, 'run_001.ome.zarr'))
  const records = root.attributes.ome_writers.frame_metadata
  expect(frames.map((frame) => records[frame])).toMatchObject(
    frames.map((_, burst_index) => ({ trigger_source: 'program', trigger_program: 'example', burst_index }))
  )
  expect(JSON.stringify(root)).toContain(`example: temperature is ${value}`)
  for (const name of ['run_001.ome.tiff', 'run_001.ome.zarr'])
    expect(complaints(await judge(join(folder, name)))).toEqual([])

  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  await page.getByRole('switch', { name: 'Let programs on this computer take part' }).click()
  await expect(page.getByTestId('programs-connected')).toHaveCount(0)
  expect(existsSync(access)).toBe(false)
})
