/** The texts of exporting, of changing metadata by hand, and of checks and repairs in Review. */
const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

export const exporting = {
  open: 'Export…',
  title: 'Export',
  kind: 'What to export',
  kinds: { picture: 'Picture', movie: 'Movie', table: 'Table', dataset: 'Dataset', pyramid: 'Pyramid' },
  about: {
    picture:
      'The frame in view as a PNG, with the contrast and colours of the screen. For measuring, export a dataset.',
    movie:
      'Frames one after the other as an AVI (Motion JPEG), which every player and Fiji open. For looking, not for measuring.',
    table: 'Every key of the frames as CSV, for a spreadsheet.',
    dataset: 'A new dataset with every pixel and value. It is opened again and held against this one.',
    pyramid:
      'A copy with smaller versions of every picture beside it, so that large ones open and zoom at once here and in other programs. It is held against this one.'
  },
  frames: 'Frames',
  allFrames: (n: number) => `All ${n}`,
  shownFrames: (n: number) => `The ${n} in the table`,
  format: 'Format',
  compression: 'Compression',
  levels: 'Pyramid',
  noLevels: 'none',
  levelsOf: (n: number) => plural(n, 'smaller copy', 'smaller copies'),
  images: 'Images',
  allImages: 'All',
  thisImage: 'The one in view',
  burnIn: 'Burn in',
  scaleBar: 'Scale bar',
  frameNumber: 'Frame number',
  keys: 'Values',
  fps: 'Frames a second',
  go: 'Export',
  stop: 'Stop',
  close: 'Close',
  openCopy: 'Open the copy',
  copying: 'Copying',
  comparing: 'Comparing with the original',
  drawing: 'Drawing',
  progress: (what: string, done: number, total: number) => `${what}: ${done} of ${total}`,
  proven: (frames: number, values: number) =>
    `Equal to the original: all pixels of ${plural(frames, 'frame', 'frames')} and ${plural(values, 'value', 'values')}, read from the copy.`,
  drawn: (frames: number) => `${plural(frames, 'frame', 'frames')} drawn.`,
  rows: (n: number) => plural(n, 'row', 'rows') + ' of the table.',
  blackParts: (reason: string) => `What is black in it may be missing: ${reason}`,
  leftOut: (frames: number) =>
    `${plural(frames, 'frame has', 'frames have')} no whole picture and ${frames === 1 ? 'is' : 'are'} left out.`,
  tooLong: 'An AVI holds at most 2 GB; the movie ends there.',
  nothing: 'No frame to export.',
  check: {
    open: 'Check',
    title: 'Check',
    about: 'What is right and wrong with this dataset, and whether Fiji will open it.',
    reading: 'Looking…',
    levels: { error: 'Wrong', warning: 'Odd', note: 'Note' },
    nothing: 'Nothing wrong was found.',
    planes: (n: number) => `Every plane was read: ${plural(n, 'frame is', 'frames are')} whole.`,
    readAll: 'Read every plane',
    fiji: 'Will Fiji open it?',
    repairs: 'Repairs',
    safe: 'They change metadata alone, and can be undone.',
    places: (n: number) => plural(n, 'place', 'places'),
    repair: 'Repair',
    undo: 'Undo the last repair',
    repaired: 'Repaired, and read back.',
    undone: 'The repair is undone.'
  },
  edit: {
    tab: 'Edit',
    about:
      'Changes are written into the dataset, read back, and kept in its history. Pixels stay as they are.',
    dataset: 'Dataset',
    frame: (n: number) => `Frame ${n}`,
    noFrame: 'Select a frame to change its values.',
    form: { sample: 'Sample', done: 'What was done', operator: 'Operator', notes: 'Notes' },
    image: (n: number) => `Name of image ${n}`,
    channel: (n: number) => `Name of channel ${n}`,
    measured: 'measured',
    newKey: 'New key',
    newValue: 'Value',
    unnamed: 'The new value needs a key.',
    save: (n: number) => `Save ${plural(n, 'change', 'changes')}`,
    nothing: 'Nothing changed',
    discard: 'Discard',
    saved: (n: number) => `${plural(n, 'change', 'changes')} saved and read back.`,
    history: 'History',
    noHistory: 'Nothing was changed by hand.',
    undo: 'Undo',
    undoOf: (what: string) => `Undo the change of ${what}`,
    absent: '–',
    by: (who: string, when: string) => (who === '' ? when : `${who}, ${when}`),
    what: {
      frame: (key: string, n: number) => `${key} of frame ${n}`,
      image: (n: number) => `name of image ${n}`,
      channel: (n: number) => `name of channel ${n}`,
      description: 'description',
      experimenter: 'experimenter'
    }
  }
} as const
