// The table that a person reads, and whether the goals of a scenario are met.

const digits = (value, unit = '') => {
  if (value === null || value === undefined) return '–'
  const text = value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
  return unit === '' ? text : `${text} ${unit}`
}

/** Each goal as { text, met }; met is null where there was nothing to compare with. */
export function goalsOf(row) {
  const { goals, ours, disk } = row
  const least = (value, goal) => (value === null ? null : value >= goal)
  const most = (value, goal) => (value === null ? null : value <= goal)
  const result = []
  if (goals.peer !== undefined)
    result.push({ text: `≥ ${goals.peer} × peer`, met: least(row.ratioToBestPeer, goals.peer) })
  if (goals.disk !== undefined)
    result.push({ text: `≥ ${goals.disk} × disk`, met: least(row.ratioToDisk, goals.disk) })
  if (goals.seconds !== undefined)
    result.push({ text: `≤ ${goals.seconds} s`, met: ours === null ? null : ours <= goals.seconds })
  if (goals.extraMB !== undefined) {
    // Above what a tenth of the frames needs: memory must not grow with the run.
    const [less] = Object.values(row.peerPeakMB)
    const more = row.peakMB === null || less === undefined || less === null ? null : row.peakMB - less
    result.push({ text: `≤ ${goals.extraMB} MB more`, met: more === null ? null : more <= goals.extraMB })
  }
  if (goals.fps !== undefined) {
    // Where the disk itself gives less than 1000 MB/s in that minute, 0.9 of what it gives is asked.
    const slow = disk !== null && disk * 8.39 < 1000
    result.push({
      text: slow ? '≥ 0.9 × disk' : `≥ ${goals.fps} fps`,
      met: least(ours, slow ? 0.9 * Math.min(disk, 100) : goals.fps)
    })
  }
  if (goals.p99Ms !== undefined) {
    result.push({ text: `p99 < ${goals.p99Ms} ms`, met: most(row.appendP99Ms, goals.p99Ms) })
  }
  if (goals.cpuOfPeer !== undefined) {
    const peers = Object.values(row.peerCpuSeconds).filter((seconds) => seconds !== null)
    const least = peers.length === 0 || row.cpuSeconds === null ? null : row.cpuSeconds / Math.min(...peers)
    result.push({ text: `CPU ≤ ${goals.cpuOfPeer} of a peer's`, met: most(least, goals.cpuOfPeer) })
  }
  // The pool was there before the first frame.
  if (goals.peakMB !== undefined)
    result.push({ text: `pool + ${goals.peakMB} MB`, met: most(row.peakMB, goals.peakMB) })
  return result
}

const mark = ({ text, met }) => `${met === null ? '?' : met ? '✓' : '✗'} ${text}`

export function table(rows) {
  const head = [
    'scenario',
    'ours',
    'MB/s',
    'best peer',
    '× peer',
    'disk',
    '× disk',
    'p99 ms',
    'CPU s',
    'peak MB',
    'goals'
  ]
  const body = rows.map((row) => {
    const known = Object.entries(row.peers).filter(([, value]) => value !== null)
    known.sort(([, a], [, b]) => (row.unit === 's' ? a - b : b - a))
    const [name, value] = known[0] ?? []
    return [
      row.name,
      digits(row.ours, row.unit),
      digits(row.megabytesPerSecond),
      name === undefined ? '–' : `${name} ${digits(value)}`,
      digits(row.ratioToBestPeer),
      digits(row.disk),
      digits(row.ratioToDisk),
      digits(row.appendP99Ms),
      digits(row.cpuSeconds),
      digits(row.peakMB),
      goalsOf(row).map(mark).join(', ')
    ]
  })
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((cells) => cells[column].length)))
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body.map(line)].join(
    '\n'
  )
}
