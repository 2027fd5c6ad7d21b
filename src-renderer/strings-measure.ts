/** The texts of measuring in Review: line profile, statistics of a region, and the region over all frames. */
import { count, counted } from './model/format'

export const measure = {
  tab: 'Measure',
  open: 'Measure in the picture',
  shapes: { line: 'Line profile', rectangle: 'Rectangle', ellipse: 'Ellipse' },
  shape: 'Shape',
  short: { line: 'Line', rectangle: 'Rectangle', ellipse: 'Ellipse' },
  hints: {
    line: 'Drag along what you want to see the values of · Esc leaves it',
    rectangle: 'Drag over what you want to measure · Esc leaves it',
    ellipse: 'Drag over what you want to measure · Esc leaves it'
  },
  about:
    'Draw a line to see the values along it, or a region for its mean and spread. The stored pixels are measured at full resolution, whatever the screen shows.',
  draw: 'Draw',
  drawAgain: 'Draw anew',
  middle: 'Put it in the middle',
  remove: 'Remove the shape',
  places: {
    x1: 'From x',
    y1: 'From y',
    x2: 'To x',
    y2: 'To y',
    x: 'Left',
    y: 'Top',
    width: 'Width',
    height: 'Height'
  },
  handles: {
    start: 'Start of the line',
    end: 'End of the line',
    middle: 'The whole shape',
    'top left': 'Upper left corner',
    'top right': 'Upper right corner',
    'bottom left': 'Lower left corner',
    'bottom right': 'Lower right corner'
  },
  handle: (name: string, x: number, y: number) => `${name}, at ${x}, ${y}; arrow keys move it`,
  px: 'px',
  area: 'area',
  values: 'Values of this frame',
  measuring: 'Measuring…',
  ofFrame: (n: number) => `of frame ${count(n)}`,
  columns: { n: 'n', min: 'min', max: 'max', mean: 'mean', std: 'std', sum: 'sum' },
  stdTip: 'Standard deviation with n − 1, as ImageJ has it',
  channel: 'channel',
  channelNumber: (n: number) => `Channel ${n}`,
  missing: (n: number, reason: string | null) =>
    `${counted(n, 'pixel is', 'pixels are')} not there and ${n === 1 ? 'is' : 'are'} left out${reason === null ? '.' : `: ${reason}`}`,
  notFinite: (n: number) =>
    `${counted(n, 'pixel is', 'pixels are')} NaN or infinite and ${n === 1 ? 'is' : 'are'} left out.`,
  leftOut: (n: number) => `${counted(n, 'more channel')} not measured.`,
  fullResolution: 'Every stored pixel, at full resolution.',
  profile: 'Profile',
  distance: 'distance',
  ofValue: 'value',
  copy: 'Copy',
  csv: 'CSV',
  csvTip: 'Save these numbers as CSV',
  copied: 'Copied; paste it into a spreadsheet.',
  over: 'Over all frames',
  overTip: 'Measure this shape in every frame of the image',
  overBusy: (done: number, total: number) => `${count(done)} of ${count(total)} frames`,
  stop: 'Stop',
  overChart: 'Mean over all frames',
  overTime: (unit: string) => `time (${unit})`,
  frame: 'frame',
  overMissing: (n: number) => `${counted(n, 'frame has', 'frames have')} no measured pixel.`,
  overHint: 'Click a point to see its frame.',
  overOld: 'Of the shape before it was changed.'
} as const
