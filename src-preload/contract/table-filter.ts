/** The filter line of a frame table: words, and comparisons such as `temperature > 37.5 and trigger_source = serial`. */

export type CellValue = string | number | boolean | null

type Test = (cellOf: (key: string) => CellValue) => boolean

export interface Filter {
  readonly test: Test | null
  /** What is wrong with the line, in a sentence; the line is then treated as words. */
  readonly problem: string | null
}

const COMPARISON = /^\s*([\p{L}_#][\p{L}\p{N}_# ]*?)\s*(<=|>=|!=|<|>|=)\s*(.*?)\s*$/u

const asText = (value: CellValue): string => (value === null ? '' : String(value)).toLowerCase()

function compare(operator: string, value: CellValue, wanted: string): boolean {
  if (value === null) return operator === '!=' && wanted !== ''
  const wantedNumber = wanted === '' ? NaN : Number(wanted)
  const numeric = typeof value === 'number' && !Number.isNaN(wantedNumber)
  const text = asText(value)
  switch (operator) {
    case '=':
      return numeric ? value === wantedNumber : text === wanted.toLowerCase()
    case '!=':
      return numeric ? value !== wantedNumber : text !== wanted.toLowerCase()
    case '<':
      return numeric && value < wantedNumber
    case '>':
      return numeric && value > wantedNumber
    case '<=':
      return numeric && value <= wantedNumber
    default:
      return numeric && value >= wantedNumber
  }
}

const unquoted = (text: string): string =>
  /^"(.*)"$|^'(.*)'$/
    .exec(text)
    ?.slice(1)
    .find((part) => part !== undefined) ?? text

function words(line: string, keys: readonly string[]): Test {
  const wanted = line
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return (cellOf) => {
    const all = keys.map((key) => asText(cellOf(key))).join('\n')
    return wanted.every((word) => all.includes(word))
  }
}

/** `keys`: the columns there are; `#` is the frame number. */
export function parseFilter(line: string, keys: readonly string[]): Filter {
  if (line.trim() === '') return { test: null, problem: null }
  const tests: Test[] = []
  for (const part of line.split(/\s+and\s+/i)) {
    const [, name, operator, value] = COMPARISON.exec(part) ?? []
    if (name === undefined || operator === undefined || value === undefined) {
      tests.push(words(part, keys))
      continue
    }
    const key = keys.find((each) => each.toLowerCase() === name.trim().toLowerCase().replaceAll(' ', '_'))
    if (key === undefined) return { test: words(line, keys), problem: `There is no column "${name.trim()}".` }
    const wanted = unquoted(value)
    tests.push((cellOf) => compare(operator, cellOf(key), wanted))
  }
  return { test: (cellOf) => tests.every((test) => test(cellOf)), problem: null }
}

/** Order of two cells: numbers by size, texts by alphabet, nothing last whatever the direction. */
export function compareCells(a: CellValue, b: CellValue, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  const order =
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : asText(a) < asText(b)
        ? -1
        : asText(a) > asText(b)
          ? 1
          : 0
  return descending ? -order : order
}
