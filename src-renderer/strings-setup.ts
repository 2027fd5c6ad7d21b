/** The texts of setting up a run as another was; part of strings.ts. */
import type { SensorArea } from '../src-preload/contract/pixels'
import { counted } from './model/format'

export const setup = {
  menu: 'Set up as before',
  file: 'Set up as an OME-TIFF file…',
  folder: 'Set up as an OME-Zarr folder…',
  title: (name: string) => `Set up as ${name}`,
  text: 'What would change:',
  same: 'Everything is set up like that already.',
  setting: 'Setting',
  now: 'Now',
  then: 'Then',
  cancel: 'Cancel',
  apply: (n: number) => `Set ${counted(n, 'value')}`,
  none: 'none',
  noLimit: 'no limit',
  ms: (ms: number) => `${ms} ms`,
  seconds: (s: number) => `${s} s`,
  area: ({ x, y, width, height, binning = 1 }: Partial<SensorArea>) =>
    `${width} × ${height}` +
    (x === undefined || y === undefined ? '' : ` at ${x}, ${y}`) +
    (binning === 1 ? '' : `, ${binning} × ${binning} binned`),
  ring: (frames: number, everyMs: number) => `${counted(frames, 'frame')}, one every ${everyMs} ms`,
  labels: {
    rules: 'Rules',
    ring: 'Frames from before an event',
    frames: 'Number of frames',
    seconds: 'Length',
    pixelType: 'Pixel type'
  }
}
