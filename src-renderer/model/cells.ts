/** Cells out of a clipboard or a CSV file: tabs, semicolons or commas between them, quotes where needed (RFC 4180). */

const BYTE_ORDER_MARK = /^\ufeff/

export function readCells(text: string): string[][] {
  const plain = text.replace(BYTE_ORDER_MARK, '').replace(/\r\n?/g, '\n')
  const rows = split(plain, separatorOf(plain))
  // The apostrophe that toCsv puts before what looks like a formula.
  const value = (cell: string): string => cell.trim().replace(/^'(?=[=+\-@])/, '')
  return rows.map((row) => row.map(value)).filter((row) => row.some((cell) => cell !== ''))
}

/** A tab never stands in a typed value; else the mark that the first line has most of. */
function separatorOf(text: string): string {
  const first = text.slice(0, text.indexOf('\n') < 0 ? undefined : text.indexOf('\n'))
  if (text.includes('\t')) return '\t'
  const count = (mark: string): number => first.split(mark).length
  return count(';') > count(',') ? ';' : ','
}

function split(text: string, separator: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  const end = (): void => {
    rows[rows.length - 1]?.push(cell)
    cell = ''
  }
  for (let at = 0; at < text.length; at++) {
    const mark = text.charAt(at)
    if (quoted) {
      if (mark !== '"') cell += mark
      else if (text[at + 1] === '"') {
        cell += '"'
        at++
      } else quoted = false
    } else if (mark === '"' && cell.trim() === '') {
      cell = ''
      quoted = true
    } else if (mark === separator) end()
    else if (mark === '\n') {
      end()
      rows.push([])
    } else cell += mark
  }
  end()
  return rows
}

export interface Pairs {
  readonly pairs: readonly (readonly [name: string, value: string])[]
  /** Rows of values beyond the first, where names stand above values. */
  readonly leftOut: number
}

/** Two columns are names and values; else the first row has the names and the second the values. `known` tells a name. */
export function readPairs(rows: readonly (readonly string[])[], known: (name: string) => boolean): Pairs {
  const [first = [], second = []] = rows
  const widest = Math.max(0, ...rows.map(({ length }) => length))
  const namesAbove = first.filter(known).length
  const namesBeside = rows.filter(([name]) => name !== undefined && known(name)).length
  const beside = widest <= 2 && (rows.length !== 2 || namesBeside >= namesAbove)
  if (beside || rows.length < 2) {
    const pairs = rows.filter(([name, value], i) => !(i === 0 && isHeading(name, value)))
    return { pairs: pairs.map(([name = '', ...rest]) => [name, rest.join(', ')] as const), leftOut: 0 }
  }
  return {
    pairs: first.flatMap((name, i) => (name === '' ? [] : [[name, second[i] ?? ''] as const])),
    leftOut: Math.max(0, rows.length - 2)
  }
}

const isHeading = (name = '', value = ''): boolean =>
  /^(field|name|key)$/i.test(name) && /^value$/i.test(value)
