/** Where the members of a JSON text stand, so that one of them is changed and everything else stays as it was written, byte for byte. */
import { TextSplices } from './text-splices'

export interface JsonMember {
  readonly key: string
  /** Start of the key, and the value's start and end. */
  readonly keyFrom: number
  readonly from: number
  readonly to: number
}

const SPACE = /[ \t\r\n]*/y
const behindSpace = (text: string, at: number): number => {
  SPACE.lastIndex = at
  SPACE.exec(text)
  return SPACE.lastIndex
}

function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0
    while (text[at - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return at + 1
  }
  throw new SyntaxError('JSON ends within a string')
}

/** Behind the value that begins at `at`. */
export function valueEnd(text: string, at: number): number {
  const first = text[at]
  if (first === '"') return stringEnd(text, at)
  if (first !== '{' && first !== '[') {
    const end = /[,\]}\s]/g
    end.lastIndex = at
    return end.exec(text)?.index ?? text.length
  }
  const marks = /["{}[\]]/g
  let depth = 0
  for (let i = at; ;) {
    marks.lastIndex = i
    const found = marks.exec(text)
    if (found === null) throw new SyntaxError('JSON ends within a value')
    const mark = found[0]
    i = found.index + 1
    if (mark === '"') i = stringEnd(text, found.index)
    else if (mark === '{' || mark === '[') depth++
    else if (--depth === 0) return i
  }
}

/** Members of the object at `at`. */
export function* membersAt(text: string, at: number): Generator<JsonMember> {
  if (text[at] !== '{') return
  let next = behindSpace(text, at + 1)
  while (text[next] === '"') {
    const keyEnd = stringEnd(text, next)
    const from = behindSpace(text, behindSpace(text, keyEnd) + 1)
    const to = valueEnd(text, from)
    yield { key: JSON.parse(text.slice(next, keyEnd)) as string, keyFrom: next, from, to }
    const comma = behindSpace(text, to)
    if (text[comma] !== ',') return
    next = behindSpace(text, comma + 1)
  }
}

/** Start and end of each item of the list at `at`. */
export function* itemsAt(
  text: string,
  at: number
): Generator<{ readonly from: number; readonly to: number }> {
  if (text[at] !== '[') return
  let from = behindSpace(text, at + 1)
  while (from < text.length && text[from] !== ']') {
    const to = valueEnd(text, from)
    yield { from, to }
    const comma = behindSpace(text, to)
    if (text[comma] !== ',') return
    from = behindSpace(text, comma + 1)
  }
}

/** Where the value of a path begins; null where there is none. A number is an item of a list. */
export function placeOf(text: string, path: readonly (string | number)[]): number | null {
  let at = behindSpace(text, 0)
  for (const step of path) {
    let found: number | null = null
    if (typeof step === 'number') {
      let i = 0
      for (const { from } of itemsAt(text, at)) if (i++ === step) found = from
    } else for (const { key, from } of membersAt(text, at)) if (key === step) found = from
    if (found === null) return null
    at = found
  }
  return at
}

/** Sets, adds or (null) takes away a member of the object at `at`; a new one comes before the member `before`, where that is there. */
export function setMember(
  splices: TextSplices,
  text: string,
  at: number,
  key: string,
  value: string | null,
  before?: string
): void {
  const members = [...membersAt(text, at)]
  const place = members.findIndex((member) => member.key === key)
  const known = members[place]
  if (known !== undefined) {
    if (value !== null) splices.replace(known.from, known.to, value)
    else if (place + 1 < members.length)
      splices.replace(known.keyFrom, (members[place + 1] as JsonMember).keyFrom, '')
    else splices.replace(members[place - 1]?.to ?? known.keyFrom, known.to, '')
    return
  }
  if (value === null) return
  const fresh = `${JSON.stringify(key)}:${value}`
  const next = members.find((member) => member.key === before)
  const last = members[members.length - 1]
  if (next !== undefined) splices.insert(next.keyFrom, `${fresh},`)
  else splices.insert(last?.to ?? at + 1, last === undefined ? fresh : `,${fresh}`)
}

/** Sets the value of a path, making the objects on the way; null takes it away. */
export function withValue(text: string, path: readonly string[], value: string | null): string {
  const splices = new TextSplices()
  for (let length = path.length - 1; length >= 0; length--) {
    const at = placeOf(text, path.slice(0, length))
    if (at === null || text[at] !== '{') continue
    const rest = path.slice(length + 1)
    if (value === null && rest.length > 0) return text
    const whole =
      value === null ? null : rest.reduceRight((inner, key) => `{${JSON.stringify(key)}:${inner}}`, value)
    setMember(splices, text, at, path[length] as string, whole)
    return splices.applied(text)
  }
  return text
}
