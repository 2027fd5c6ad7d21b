/**
 * Gives a broken-off TIFF of the reference library its directories and sizes back, in place: everything new goes behind the planes, then two links
 * are turned. A note beside the file remembers its length, so that a repair that was itself killed can be done again.
 */
import { Failed } from '../../../src-preload/contract/failure'
import { frameBytes } from '../../../src-preload/contract/pixels'
import { OPEN_EXISTING, READ_ONLY, onDisk, readUpTo, replaceFile, writeAll, type Disk } from '../disk'
import { readBrokenTiff, type BrokenTiff } from './broken-tiff'
import { IFD_BYTES, IfdMaker, descriptionBytes } from './ifd'
import { bytes64 } from './word64'

/** Answers how many planes the file has now; null: it needs no such repair. */
export function repairTiff(disk: Disk, path: string): number | null {
  const note = `${path}.repair`
  const begun = disk.exists(note) ? readNote(disk, note) : null
  const broken = readBrokenTiff(disk, path, begun)
  if (broken === null) return null
  if (begun === null) {
    replaceFile(disk, note, (fd) => {
      writeAll(disk, fd, Buffer.from(String(broken.size)), 0)
    })
  }
  onDisk(`repair ${path}`, () => {
    const fd = disk.open(path, OPEN_EXISTING)
    try {
      repair(disk, fd, broken)
    } finally {
      disk.close(fd)
    }
    disk.unlink(note)
  })
  return broken.planes
}

function readNote(disk: Disk, note: string): number {
  const fd = disk.open(note, READ_ONLY)
  try {
    const size = Number(Buffer.from(readUpTo(disk, fd, 0, 32)).toString())
    if (!Number.isSafeInteger(size)) throw new Failed('dataset.unreadable', `${note} is damaged.`)
    return size
  } finally {
    disk.close(fd)
  }
}

const aligned = (offset: number): number => Math.ceil(offset / 16) * 16

function repair(disk: Disk, fd: number, broken: BrokenTiff): void {
  const { format, first, planes } = broken
  const bytes = frameBytes(format)
  const { xml, padded } = repairedXml(broken.xml, planes)
  const end = first + planes * bytes
  // Planes that fill up the last step are a hole, which reads as zeros.
  const padding = aligned(end)
  const offsetOf = (plane: number): number =>
    plane < planes ? first + plane * bytes : padding + (plane - planes) * bytes
  const directories = aligned(padding + (padded - planes) * bytes)
  const description = Buffer.from(`${xml}\0`)
  const descriptionAt = directories + (padded - 1) * IFD_BYTES
  disk.truncate(fd, end)
  disk.truncate(fd, directories)
  const maker = new IfdMaker(format, 'none')
  for (let plane = 1; plane < padded;) {
    const until = Math.min(padded, plane + 4096)
    const block = Buffer.alloc((until - plane) * IFD_BYTES)
    for (let p = plane; p < until; p++) {
      const next = p + 1 < padded ? directories + p * IFD_BYTES : 0
      maker.write(block, (p - plane) * IFD_BYTES, { offset: offsetOf(p), length: bytes }, next, null)
    }
    writeAll(disk, fd, block, directories + (plane - 1) * IFD_BYTES)
    plane = until
  }
  writeAll(disk, fd, description, descriptionAt)
  disk.datasync(fd)
  writeAll(disk, fd, bytes64(padded > 1 ? directories : 0), broken.nextAt)
  writeAll(
    disk,
    fd,
    descriptionBytes({ offset: descriptionAt, length: description.byteLength }),
    broken.descriptionAt
  )
  disk.datasync(fd)
}

/** The file's own XML with sizes that agree with what is there, and a Plane for every plane that was acquired. */
export function repairedXml(xml: string, planes: number): { xml: string; padded: number } {
  const pixels = /<Pixels\b[^>]*>/.exec(xml)?.[0]
  if (pixels === undefined || xml.split('<Pixels').length !== 2) {
    throw new Failed('dataset.unsupported', 'The OME-XML of the broken-off file does not describe one image.')
  }
  const order = (/DimensionOrder="XY([TCZ]{3})"/.exec(pixels)?.[1] ?? 'TCZ').split('') as ('T' | 'C' | 'Z')[]
  const declared = order.map((letter) => Number(new RegExp(`Size${letter}="(\\d+)"`).exec(pixels)?.[1] ?? 1))
  const sizes = growTo(declared, planes)
  const padded = sizes.reduce((product, size) => product * size, 1)
  const resized = order.reduce(
    (text, letter, i) => text.replace(new RegExp(`Size${letter}="\\d+"`), `Size${letter}="${sizes[i] ?? 1}"`),
    pixels
  )
  const inside = [
    ...channels(xml, sizes[order.indexOf('C')] ?? 1),
    `<TiffData IFD="0" PlaneCount="${padded}"/>`,
    ...Array.from({ length: planes }, (_, n) => planeElement(order, sizes, n))
  ]
  const closed = xml.slice(xml.indexOf('</Pixels>'))
  const indent = '\n      '
  return {
    padded,
    xml: xml.slice(0, xml.indexOf(pixels)) + resized + indent + inside.join(indent) + '\n    ' + closed
  }
}

/** Sizes, fastest first, of so many planes: a dimension that was to grow grows, one that was cut short is shorter. */
function growTo(declared: readonly number[], planes: number): number[] {
  const last = declared.reduce((found, size, i) => (size > 1 ? i : found), -1)
  const product = declared.reduce((all, size) => all * size, 1)
  const growing = Math.min(2, planes > product ? last + 1 : Math.max(0, last))
  const inner = declared.slice(0, growing).reduce((all, size) => all * size, 1)
  return declared.map((size, i) => (i === growing ? Math.ceil(planes / inner) : i < growing ? size : 1))
}

function channels(xml: string, count: number): string[] {
  const known = [...xml.matchAll(/<Channel\b[^>]*?(\/>|>[\s\S]*?<\/Channel>)/g)].map(([element]) => element)
  return Array.from({ length: count }, (_, c) => known[c] ?? `<Channel ID="Channel:0:${c}"/>`)
}

function planeElement(order: readonly string[], sizes: readonly number[], n: number): string {
  const at: Record<string, number> = {}
  let rest = n
  order.forEach((letter, i) => {
    at[letter] = rest % (sizes[i] ?? 1)
    rest = Math.floor(rest / (sizes[i] ?? 1))
  })
  return `<Plane TheZ="${at['Z'] ?? 0}" TheT="${at['T'] ?? 0}" TheC="${at['C'] ?? 0}"/>`
}
