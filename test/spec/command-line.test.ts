/** The command line as outside checks use it: records, describes, refuses, and every file is judged by other people's readers. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readExpected, runCli } from '../support/cli'
import { judge } from '../support/judge'
import { readTiff } from '../support/read-tiff'
import { newFolder } from '../support/profile'

const ok = { code: 0 }

interface Info {
  readonly frames: number
  readonly images: readonly {
    readonly axes: string
    readonly shape: readonly number[]
    readonly dtype: string
    readonly sha256: string
    readonly readable: boolean
  }[]
}

async function info(path: string): Promise<Info> {
  const result = await runCli('info', path, '--json', '--checksum')
  expect(result, result.stderr).toMatchObject(ok)
  return JSON.parse(result.stdout) as Info
}

async function expectRight(path: string, expected: string): Promise<void> {
  const verdict = await judge(path, { expect: expected, bioformats: 'require' })
  expect(verdict.failed, path).toEqual([])
  expect(verdict.unreached, path).toEqual([])
}

const ODD_RECORD = {
  yes: true,
  nothing: null,
  list: [1, 'two', [3.5, null]],
  nested: { deep: { deeper: [true] }, 'a "b" <c>&': 'ü µm 日本 🔬' },
  text: 'line\nbreak\ttab <&>"\' \u0007bell',
  empty: '',
  small: 1e-7,
  exact: 0.1,
  negative: -0.5,
  large: 1.7976931348623157e308,
  'key with spaces & <signs>': 1,
  word: 'true',
  digits: '007',
  constructor: 'c',
  long: 'x'.repeat(20_000)
}

describe('acquire', () => {
  it.each(['uint8', 'uint16'])('%s: both formats hold every pixel and value (S5, S10, S11)', async (type) => {
    const out = join(newFolder(), 'run')
    const expected = `${out}.expect.json`
    const meta = [
      '--meta',
      'project=Mitosis',
      '--meta',
      'note=a <b> & "c"',
      '--frame-meta',
      JSON.stringify(ODD_RECORD)
    ]
    const what = [
      '--frames',
      '7',
      '--size',
      '61x43',
      '--pixel-type',
      type,
      '--trigger',
      'interval:20',
      '--format',
      'both'
    ]
    const result = await runCli('acquire', out, ...what, ...meta, '--seed', '3', '--expect', expected)
    expect(result, result.stderr).toMatchObject(ok)
    expect(result.stdout).toContain('all counts agree')
    await expectRight(`${out}.ome.tiff`, expected)
    await expectRight(`${out}.ome.zarr`, expected)
    expect(readdirSync(join(out, '..')).sort()).toEqual(['run.expect.json', 'run.ome.tiff', 'run.ome.zarr'])

    const [tiff, zarr] = [await info(`${out}.ome.tiff`), await info(`${out}.ome.zarr`)]
    expect(tiff.frames).toBe(7)
    expect(zarr.frames).toBe(7)
    const first = readExpected(expected).frames[0]?.sha256
    for (const { images } of [tiff, zarr]) {
      expect(images).toHaveLength(1)
      expect(images[0]).toMatchObject({ dtype: type, sha256: first, readable: true })
    }
    expect(zarr.images[0]).toMatchObject({ axes: 'tyx', shape: [7, 43, 61] })
  })

  it('long integers keep every digit in both formats', async () => {
    const out = join(newFolder(), 'run')
    const meta =
      '{"serial": 18446744073709551616, "minus": -9007199254740993, "in": {"list": [9007199254740993]}}'
    const result = await runCli('acquire', out, '--frames', '2', '--size', '16x16', '--frame-meta', meta)
    expect(result, result.stderr).toMatchObject(ok)
    const zarr = readFileSync(join(`${out}.ome.zarr`, 'zarr.json'), 'utf8')
    const tiff = readFileSync(`${out}.ome.tiff`).toString('latin1')
    for (const digits of ['18446744073709551616', '-9007199254740993', '9007199254740993']) {
      expect(zarr).toContain(digits)
      expect(tiff).toContain(digits)
    }
  })

  it('the XML and JSON have the form of the event-driven example, plus the units', async () => {
    const out = join(newFolder(), 'run')
    expect(
      await runCli('acquire', out, '--frames', '5', '--size', '64x64', '--trigger', 'interval:10')
    ).toMatchObject(ok)
    const xml = readFileSync(`${out}.ome.tiff`).toString('utf8')
    const text = xml.slice(xml.lastIndexOf('<OME '), xml.lastIndexOf('</OME>'))
    expect(text).toMatch(/<Pixels ID="Pixels:0" [^>]*DimensionOrder="XYTCZ"/)
    expect(text).toMatch(/Type="uint16"/)
    expect(text).toMatch(/SizeX="64" SizeY="64" SizeZ="1" SizeC="1" SizeT="5"/)
    expect(text).toMatch(/<TiffData IFD="0" PlaneCount="5"\s*\/>/)
    const planes = [
      ...text.matchAll(/<Plane ([^>]*)>\s*<AnnotationRef ID="(Annotation:\d+)"\s*\/>\s*<\/Plane>/g)
    ]
    expect(planes).toHaveLength(5)
    for (const [i, [, attributes]] of planes.entries()) {
      expect(attributes).toContain(`TheT="${i}"`)
      for (const name of ['DeltaT', 'ExposureTime', 'PositionX', 'PositionY', 'PositionZ']) {
        expect(attributes).toMatch(new RegExp(`${name}="[-0-9.E+e]+"`))
      }
      expect(attributes).toContain('PositionXUnit="µm"')
      expect(attributes).toContain('DeltaTUnit="s"')
    }
    expect(text).toMatch(/<M K="temperature">[0-9.]+<\/M>\s*<M K="laser_power">/)

    const root = JSON.parse(readFileSync(join(`${out}.ome.zarr`, 'zarr.json'), 'utf8')) as {
      attributes: { ome_writers: { version: string; frame_metadata: Record<string, unknown>[] } }
    }
    const { version, frame_metadata: frames } = root.attributes.ome_writers
    expect(version).toBe('0.3')
    expect(frames.map((frame) => frame.storage_index)).toEqual([[0], [1], [2], [3], [4]])
    const special = [
      'delta_t',
      'exposure_time',
      'position_x',
      'position_y',
      'position_z',
      'temperature',
      'laser_power'
    ]
    for (const frame of frames) {
      expect(Object.keys(frame)).toEqual(expect.arrayContaining(special))
      expect(Object.keys(frame).pop()).toBe('storage_index')
    }
  })

  it('tiles, a pyramid and compression are there when asked for, and a copy can have others', async () => {
    const folder = newFolder()
    const out = join(folder, 'run')
    const what = ['--frames', '4', '--size', '100x70', '--trigger', 'interval:20', '--format', 'ome-tiff']
    const stored = ['--compression', 'deflate', '--levels', '2', '--tile', '32']
    const expected = `${out}.expect.json`
    expect(await runCli('acquire', out, ...what, ...stored, '--expect', expected)).toMatchObject(ok)
    await expectRight(`${out}.ome.tiff`, expected)
    const copy = join(folder, 'copy.ome.tiff')
    expect(await runCli('convert', `${out}.ome.tiff`, copy, '--levels', '1', '--tile', '64')).toMatchObject(
      ok
    )
    await expectRight(copy, expected)
    const shape = (path: string): unknown[] =>
      readTiff(path).pages.map(({ tags, levels }) => [tags.get(259), tags.get(322), levels.length])
    expect(shape(`${out}.ome.tiff`)).toEqual(Array(4).fill([8, 32, 2]))
    expect(shape(copy)).toEqual(Array(4).fill([1, 64, 1]))
  })

  it('settings that are refused are told in one sentence, and nothing is left', async () => {
    const folder = newFolder()
    for (let i = 0; i < 3; i++) {
      const result = await runCli('acquire', join(folder, 'run'), '--frames', '2', '--tile', '100')
      expect(result.code).toBe(1)
      expect(result.stderr).toBe('settings.tileSize is 100; allowed is a multiple of 16.\n')
    }
    expect(readdirSync(folder)).toEqual([])
  })

  it('an existing target is refused with one sentence and not touched (S6)', async () => {
    const folder = newFolder()
    const out = join(folder, 'run')
    writeFileSync(`${out}.ome.tiff`, 'mine')
    const result = await runCli('acquire', out, '--frames', '2', '--size', '32x32')
    expect(result.code).toBe(1)
    expect(result.stderr.trim().split('\n')).toHaveLength(1)
    expect(result.stderr).toContain('run.ome.tiff')
    expect(readFileSync(`${out}.ome.tiff`, 'utf8')).toBe('mine')
    expect(readdirSync(folder)).toEqual(['run.ome.tiff'])
  })

  it('a run without a frame leaves nothing (S15)', async () => {
    const folder = newFolder()
    const result = await runCli(
      'acquire',
      join(folder, 'run'),
      '--seconds',
      '0.05',
      '--trigger',
      'interval:60000',
      '--exposure',
      '5000'
    )
    expect(result.stderr).toBe('')
    expect(result).toMatchObject(ok)
    expect(readdirSync(folder)).toEqual([])
  })

  it('--expect x.jsonl and --progress tell what happened as it happened', async () => {
    const out = join(newFolder(), 'run')
    const args = [
      '--seconds',
      '2.4',
      '--size',
      '64x64',
      '--trigger',
      'interval:25',
      '--expect',
      `${out}.jsonl`,
      '--progress'
    ]
    const result = await runCli('acquire', out, ...args)
    expect(result, result.stderr).toMatchObject(ok)
    const progress = result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, number>)
    const last = progress[progress.length - 1]
    expect(progress.length).toBeGreaterThanOrEqual(3)
    expect(Object.keys(last ?? {}).sort()).toEqual(['dropped', 'durable', 'seen', 'written'])
    expect(last?.written).toBe((last?.seen ?? 0) - (last?.dropped ?? 0))
    for (const { seen, written, durable } of progress as {
      seen: number
      written: number
      durable: number
    }[]) {
      expect(durable).toBeLessThanOrEqual(written)
      expect(written).toBeLessThanOrEqual(seen)
    }
    const lines = readFileSync(`${out}.jsonl`, 'utf8').trim().split('\n')
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      axes: ['t', 'y', 'x'],
      dtype: 'uint16',
      images: [{ shape: [0, 64, 64] }]
    })
    expect(lines).toHaveLength(1 + (last?.written ?? 0))
  })

  it('a folder that can not be written and a port that is not there fail with one sentence (D1)', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'file'), '')
    const unwritable = await runCli('acquire', join(folder, 'file', 'run'), '--frames', '1')
    const portless = await runCli(
      'acquire',
      join(folder, 'run'),
      '--frames',
      '1',
      '--trigger',
      'serial:/dev/nothing-here'
    )
    for (const { code, stderr } of [unwritable, portless]) {
      expect(code).toBe(1)
      expect(stderr.trim().split('\n')).toHaveLength(1)
    }
    expect(portless.stderr).toContain('/dev/nothing-here')
    expect(readdirSync(folder)).toEqual(['file'])
  })
})

describe('info, check, recover', () => {
  it('wrong usage is exit 2, a path that is no dataset exit 1', async () => {
    expect((await runCli('info')).code).toBe(2)
    expect((await runCli('dance')).code).toBe(2)
    expect((await runCli('acquire', 'x', '--frames', 'many')).code).toBe(2)
    const folder = newFolder()
    mkdirSync(join(folder, 'empty'))
    for (const command of ['info', 'check', 'recover']) {
      const { code, stderr } = await runCli(command, join(folder, 'empty'))
      expect([code, stderr.trim().split('\n').length]).toEqual([1, 1])
      expect((await runCli(command, join(folder, 'missing'))).code).toBe(1)
    }
  })

  it('compare finds both formats of a run equal, and says what another run has otherwise', async () => {
    const folder = newFolder()
    const [one, other] = [join(folder, 'one'), join(folder, 'other')]
    for (const [out, seed] of [
      [one, '3'],
      [other, '4']
    ] as const) {
      const words = ['--frames', '3', '--size', '40x30', '--trigger', 'interval:10', '--seed', seed]
      expect(await runCli('acquire', out, ...words)).toMatchObject(ok)
    }
    const same = await runCli('compare', `${one}.ome.tiff`, `${one}.ome.zarr`, '--json')
    expect(same, same.stdout).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(same.stdout)).toMatchObject({ equal: true, samePlanes: 3 })
    const different = await runCli('compare', `${one}.ome.zarr`, `${other}.ome.zarr`)
    expect(different.code).toBe(1)
    expect(different.stdout).toMatch(/^different:\n/)
    expect(different.stdout).toMatch(/frame 2: its pixels are others, by at most \d+\n/)
    expect(different.stdout).toMatch(/frame 0: delta_t is [\d.e-]+ and [\d.e-]+\n/)
  })

  it('check finds nothing wrong with our own, and recover leaves a finished dataset as it is', async () => {
    const out = join(newFolder(), 'run')
    expect(
      await runCli('acquire', out, '--frames', '3', '--size', '32x24', '--trigger', 'interval:10')
    ).toMatchObject(ok)
    for (const path of [`${out}.ome.tiff`, `${out}.ome.zarr`]) {
      const checked = await runCli('check', path)
      expect(checked, checked.stderr).toMatchObject(ok)
      const before = digest(path)
      const recovered = await runCli('recover', path, '--json')
      expect(recovered, recovered.stderr).toMatchObject(ok)
      expect(JSON.parse(recovered.stdout)).toMatchObject({ action: 'nothing to do' })
      expect(digest(path)).toBe(before)
      expect(existsSync(`${out}.journal`)).toBe(false)
    }
  })
})

/** Of a file, or of all files of a folder. */
function digest(path: string): string {
  const hash = createHash('sha256')
  const add = (one: string): void => {
    if (statSync(one).isDirectory()) for (const name of readdirSync(one).sort()) add(join(one, name))
    else hash.update(one).update(readFileSync(one))
  }
  add(path)
  return hash.digest('hex')
}
