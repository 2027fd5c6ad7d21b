import { describe, expect, it } from 'vitest'
import { acquireArguments, pathArguments, UsageError } from '../../../src-main/cli-arguments'

describe('benchframe acquire', () => {
  it('has defaults for everything but OUT', () => {
    expect(acquireArguments(['out'])).toEqual({
      out: 'out',
      frames: null,
      seconds: null,
      width: 512,
      height: 512,
      pixelType: 'uint16',
      exposureMs: 10,
      trigger: { kind: 'interval', everyMs: 100 },
      format: 'both',
      seed: 1,
      meta: {},
      frameMetadata: {},
      expect: null,
      progress: false,
      fullPool: 'hold',
      storage: {}
    })
  })

  it('takes every option', () => {
    const args =
      'run --frames 25 --size 64x48 --pixel-type uint8 --trigger serial:/dev/ttyUSB0 --format ome-tiff --seed 7'
    const more = [
      '--meta',
      'who=a=b',
      '--meta',
      'what=',
      '--frame-meta',
      '{"n": 9007199254740993, "s": "9007199254740993"}'
    ]
    expect(
      acquireArguments([...args.split(' '), ...more, '--progress', '--full-pool', 'drop-newest'])
    ).toMatchObject({
      frames: 25,
      width: 64,
      height: 48,
      pixelType: 'uint8',
      trigger: { kind: 'serial', path: '/dev/ttyUSB0' },
      format: 'ome-tiff',
      seed: 7,
      meta: { who: 'a=b', what: '' },
      frameMetadata: { n: 9007199254740993n, s: '9007199254740993' },
      progress: true,
      fullPool: 'drop newest'
    })
  })

  it.each([
    [[]],
    [['']],
    [['a', 'b']],
    [['a.ome.tiff']],
    [['a.zarr']],
    [['a', '--frames', '0']],
    [['a', '--frames', '1.5']],
    [['a', '--seconds', '-1']],
    [['a', '--size', '64']],
    [['a', '--size', '0x4']],
    [['a', '--pixel-type', 'uint12']],
    [['a', '--trigger', 'interval:']],
    [['a', '--trigger', 'sometimes']],
    [['a', '--format', 'png']],
    [['a', '--meta', 'novalue']],
    [['a', '--frame-meta', '[1]']],
    [['a', '--frame-meta', '{']],
    [['a', '--nonsense']]
  ])('%j is wrong usage', (args) => {
    expect(() => acquireArguments(args)).toThrow(UsageError)
  })
})

it('info takes a path and two switches, check only one', () => {
  expect(pathArguments(['p', '--json', '--checksum'], true)).toEqual({
    path: 'p',
    json: true,
    checksum: true
  })
  expect(() => pathArguments(['p', '--checksum'], false)).toThrow(UsageError)
})
