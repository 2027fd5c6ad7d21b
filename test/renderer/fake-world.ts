// The made-up things that the fake bridge speaks of: a picture of beads, devices, settings, metadata.
import { usualMultiD } from '../../src-preload/contract/multi-d'
import type { Description } from '../../src-preload/contract/description'
import type { DatasetMetadata } from '../../src-preload/contract/dataset'
import type { DeviceStatus, PropertyState } from '../../src-preload/contract/device'
import type { FrameFormat, Picture } from '../../src-preload/contract/pixels'
import type { Losses, RunStatus } from '../../src-preload/contract/run'
import type { Settings } from '../../src-preload/contract/settings'

export const KEYS = [
  'delta_t',
  'exposure_time',
  'position_x',
  'position_y',
  'position_z',
  'temperature',
  'laser_power',
  'trigger_source',
  'note'
]
export const UNITS = {
  delta_t: 's',
  exposure_time: 's',
  position_x: 'µm',
  position_y: 'µm',
  position_z: 'µm',
  temperature: '°C',
  laser_power: 'mW'
}

export const noLosses: Losses = { cameraGap: 0, transport: 0, poolFull: 0, policy: 0, writeFailure: 0 }

export const emptyStatus = (): RunStatus => ({
  phase: 'idle',
  paths: [],
  seen: 0,
  written: 0,
  durable: 0,
  dropped: 0,
  losses: noLosses,
  planned: null,
  stalled: null,
  elapsedSeconds: 0,
  bytesWritten: 0,
  megabytesPerSecond: 0,
  poolFill: 0,
  freeBytes: 182e9,
  secondsToFull: null,
  focus: null,
  failure: null,
  receipt: null
})

export const usualSettings = (): Settings => ({
  theme: 'dark',
  folder: '/data/recordings',
  prefix: 'run',
  format: 'both',
  triggerKind: 'interval',
  multiD: usualMultiD(),
  intervalMs: 100,
  triggerDevice: null,
  displays: [],
  overlays: { crossHair: false, scaleBar: true, channels: true },
  frames: null,
  seconds: null,
  fullPool: 'hold',
  serialPorts: [],
  camera: { width: 1024, height: 1024, pixelType: 'uint16', exposureMs: 10 },
  recents: [],
  live: true,
  tags: [],
  alarmSound: false,
  devicePresets: [],
  rules: [],
  ring: { frames: 0, everyMs: 100 },
  programs: { on: false, port: 41417 }
})

export const usualDescription = (): Description => ({
  values: { operator: 'Ada', sample: 'Yeast, strain BY4741' },
  own: [{ name: 'dish', value: '3' }],
  unconfirmed: [],
  suggestions: {},
  presets: [],
  chosen: {},
  templates: [],
  template: null,
  profile: 'quick',
  carry: {},
  history: {},
  welcomed: true,
  canUndo: false,
  canRedo: false
})

/** Beads that drift; the same number gives the same picture. */
export function beads(at: number, { width, height, pixelType }: FrameFormat, side: number): Picture {
  const step = Math.max(1, Math.ceil(Math.max(width, height) / side))
  const w = Math.ceil(width / step)
  const h = Math.ceil(height / step)
  const top = pixelType === 'uint8' ? 255 : 4095
  const data = pixelType === 'uint8' ? new Uint8Array(w * h) : new Uint16Array(w * h)
  let noise = at * 7919 + 1
  for (let i = 0; i < data.length; i++) {
    noise = (noise * 1103515245 + 12345) & 0x7fffffff
    data[i] = top * 0.03 + (noise >> 16) * (top / 2e6)
  }
  for (let bead = 0; bead < 60; bead++) {
    const x = (((Math.sin(bead * 12.9898) * 43758.5453) % 1) + 1) % 1
    const y = (((Math.sin(bead * 78.233) * 12543.123) % 1) + 1) % 1
    const cx = (x + 0.02 * Math.sin(at / 17 + bead)) * w
    const cy = (y + 0.02 * Math.cos(at / 23 + bead)) * h
    const sigma = (2.5 + (bead % 5)) * (w / 400)
    const reach = Math.ceil(sigma * 3)
    for (let row = Math.max(0, Math.floor(cy - reach)); row < Math.min(h, cy + reach); row++) {
      for (let column = Math.max(0, Math.floor(cx - reach)); column < Math.min(w, cx + reach); column++) {
        const glow = Math.exp(-((column - cx) ** 2 + (row - cy) ** 2) / (2 * sigma * sigma))
        const before = data[row * w + column] ?? 0
        data[row * w + column] = Math.min(top, before + glow * top * (0.2 + (bead % 7) / 12))
      }
    }
  }
  return {
    frame: at,
    full: { width, height, pixelType },
    step,
    width: w,
    height: h,
    samples: 1,
    data,
    ...facts(data, top)
  }
}

function facts(
  data: Uint8Array | Uint16Array,
  top: number
): Pick<Picture, 'histogram' | 'histogramFrom' | 'histogramTo' | 'min' | 'max' | 'saturated'> {
  let min = Infinity
  let max = -Infinity
  let full = 0
  for (const value of data) {
    min = Math.min(min, value)
    max = Math.max(max, value)
    if (value >= top) full++
  }
  const histogram = new Uint32Array(256)
  for (const value of data) {
    const bin = Math.min(255, Math.floor(((value - min) / (max - min || 1)) * 256))
    histogram[bin] = (histogram[bin] ?? 0) + 1
  }
  return {
    histogram,
    histogramFrom: min,
    histogramTo: max,
    min,
    max,
    saturated: full / data.length
  }
}

const property = (
  key: string,
  label: string,
  value: PropertyState['value'],
  more: Partial<PropertyState> = {}
): PropertyState => ({
  key,
  label,
  value,
  ageMs: 120,
  stale: false,
  settable: false,
  ...more
})

export const deviceList = (): readonly DeviceStatus[] => [
  {
    id: 'camera',
    label: 'Simulated camera',
    kinds: ['camera'],
    state: 'ready',
    proof: 'simulated',
    port: 'built in',
    properties: [property('exposure', 'Exposure', 10, { unit: 'ms', settable: true, min: 0.01, max: 60_000 })]
  },
  {
    id: 'stage',
    label: 'XYZ stage',
    kinds: ['stage'],
    state: 'ready',
    proof: 'simulated',
    port: 'built in',
    properties: [
      property('x', 'Position x', 100.5, {
        unit: 'µm',
        settable: true,
        min: -50_000,
        max: 50_000,
        recordKey: 'position_x'
      }),
      property('y', 'Position y', 200.3, {
        unit: 'µm',
        settable: true,
        min: -50_000,
        max: 50_000,
        recordKey: 'position_y'
      }),
      property('z', 'Position z', 50, {
        unit: 'µm',
        settable: true,
        min: 0,
        max: 5_000,
        recordKey: 'position_z'
      })
    ]
  },
  {
    id: 'bench',
    label: 'Bench instrument',
    kinds: ['light', 'sensor', 'trigger'],
    state: 'ready',
    proof: 'protocol twin',
    port: '/dev/pts/4',
    identity: 'BENCH-1 rev C, firmware 2.4',
    garbage: 2,
    properties: [
      property('temperature', 'Temperature', 37.02, { unit: '°C', recordKey: 'temperature' }),
      property('power', 'Laser power', 50, {
        unit: 'mW',
        settable: true,
        min: 0,
        max: 100,
        recordKey: 'laser_power'
      }),
      property('on', 'Laser', true, { settable: true }),
      property('mode', 'Trigger mode', 'rising', { settable: true, choices: ['rising', 'falling', 'both'] })
    ]
  },
  {
    id: 'chiller',
    label: 'Chiller',
    kinds: ['sensor'],
    state: 'lost',
    problem: 'The chiller at /dev/ttyUSB3 does not answer any more.',
    next: 'Check its cable and power; it is connected again by itself.',
    proof: 'never on hardware',
    port: '/dev/ttyUSB3',
    properties: [
      property('bath', 'Bath', 4.1, { unit: '°C', stale: true, ageMs: 42_000, recordKey: 'bath_temperature' })
    ]
  }
]

export const metadata = (): DatasetMetadata => ({
  tree: [
    {
      name: 'Image',
      children: [
        { name: 'Name', value: 'run' },
        { name: 'AcquisitionDate', value: '2026-11-25T01:20:00Z' },
        {
          name: 'Pixels',
          children: [
            { name: 'Type', value: 'uint16' },
            { name: 'SizeX', value: '1024' },
            { name: 'SizeY', value: '1024' }
          ]
        }
      ]
    },
    {
      name: 'Sample',
      children: [
        { name: 'sample', value: 'Yeast, strain BY4741' },
        { name: 'operator', value: 'Ada' }
      ]
    },
    { name: 'Script', children: [{ name: 'text', value: '<img src=x onerror="window.hacked = true">' }] }
  ],
  raw: [
    {
      name: 'OME-XML',
      text: '<?xml version="1.0" encoding="UTF-8"?>\n<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">\n</OME>'
    },
    { name: 'zarr.json', text: '{ "zarr_format": 3 }' }
  ]
})
