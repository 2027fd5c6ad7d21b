/**
 * What is sent, written with the values to put in: a small fixed grammar, never code.
 *
 *   {x}  {x:.3f}  {x*0.001:.3f}  {x*10+5:.0f}  {on|onoff}      a value; times, plus; decimals; by a map
 *   {x:u8}  {x*34.304:i32le}                                  a number as bytes, see byte-numbers.ts
 *   [ X{x:.3f}]                                               left out when a value in it is not given
 *   {{  }}  [[  ]]                                            the brackets themselves
 */
import { Failed } from '../../../src-preload/contract/failure'
import { NUMBER_FORMS, writeNumber } from './byte-numbers'

export type TemplateValue = number | string | boolean
export type Maps = Readonly<Record<string, Readonly<Record<string, string>>>>

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly name: string; readonly show: (value: TemplateValue) => string }
  | { readonly kind: 'optional'; readonly pieces: readonly Piece[] }

export interface Template {
  /** Every name in it, also the optional ones. */
  readonly names: readonly string[]
  /** Names that must be given. */
  readonly required: readonly string[]
  render(values: Readonly<Record<string, TemplateValue | undefined>>): string
}

export function compileTemplate(source: string, maps: Maps): Template {
  const { pieces, rest } = read(source, maps, false)
  if (rest !== '') throw wrong(source, 'a “]” without its “[”')
  return {
    names: namesOf(pieces),
    required: namesOf(pieces.filter(({ kind }) => kind !== 'optional')),
    render: (values) => write(pieces, values)
  }
}

const wrong = (source: string, why: string): Failed =>
  new Failed('argument.invalid', `The template “${source}” has ${why}.`)

function read(source: string, maps: Maps, inside: boolean): { pieces: Piece[]; rest: string } {
  const pieces: Piece[] = []
  let text = ''
  const endText = (): void => {
    if (text !== '') pieces.push({ kind: 'text', text })
    text = ''
  }
  let at = 0
  while (at < source.length) {
    const character = source[at] as string
    if ('{}[]'.includes(character) && source[at + 1] === character) {
      text += character
      at += 2
    } else if (character === '{') {
      const end = source.indexOf('}', at)
      if (end === -1) throw wrong(source, 'a “{” without its “}”')
      endText()
      pieces.push(value(source.slice(at + 1, end), source, maps))
      at = end + 1
    } else if (character === '[') {
      if (inside) throw wrong(source, 'a “[” within another')
      endText()
      const optional = read(source.slice(at + 1), maps, true)
      pieces.push({ kind: 'optional', pieces: optional.pieces })
      at = source.length - optional.rest.length
    } else if (character === ']') {
      endText()
      if (inside) return { pieces, rest: source.slice(at + 1) }
      return { pieces, rest: source.slice(at) }
    } else {
      text += character
      at += 1
    }
  }
  if (inside) throw wrong(source, 'a “[” without its “]”')
  endText()
  return { pieces, rest: '' }
}

const VALUE =
  /^([a-z]\w*)(?:\*(-?\d+(?:\.\d+)?))?(?:\+(-?\d+(?:\.\d+)?))?(?::(?:\.(\d)f|([uif]\d+(?:[lb]e|mid)?))|\|(\w+))?$/i

function value(inner: string, source: string, maps: Maps): Piece {
  const match = VALUE.exec(inner)
  if (match === null) throw wrong(source, `“{${inner}}”, which is no value`)
  const [, name = '', times = '1', plus = '0', decimals, form, mapName] = match
  const numberForm = NUMBER_FORMS.find((one) => one === form)
  if (form !== undefined && numberForm === undefined)
    throw wrong(source, `“${form}”, which is no form of a number`)
  if (mapName !== undefined) {
    const map = maps[mapName]
    if (map === undefined) throw wrong(source, `a map “${mapName}” that is not there`)
    return { kind: 'value', name, show: (given) => mapped(map, mapName, given) }
  }
  const show = (given: TemplateValue): string => {
    if (typeof given !== 'number') return String(given)
    const number = given * Number(times) + Number(plus)
    if (numberForm !== undefined) return writeNumber(number, numberForm)
    // -0.00 is a thing that some firmware does not understand
    return decimals === undefined
      ? String(number)
      : number.toFixed(Number(decimals)).replace(/^-(0(\.0*)?)$/, '$1')
  }
  return { kind: 'value', name, show }
}

function mapped(map: Readonly<Record<string, string>>, name: string, given: TemplateValue): string {
  const found = map[String(given)]
  if (found !== undefined) return found
  throw new Failed('argument.invalid', `“${given}” is not in the map “${name}”.`, {
    next: `Choose one of ${Object.keys(map).join(', ')}.`
  })
}

function namesOf(pieces: readonly Piece[]): string[] {
  return pieces.flatMap((piece) => {
    switch (piece.kind) {
      case 'text':
        return []
      case 'value':
        return [piece.name]
      case 'optional':
        return namesOf(piece.pieces)
    }
  })
}

function write(
  pieces: readonly Piece[],
  values: Readonly<Record<string, TemplateValue | undefined>>
): string {
  return pieces
    .map((piece) => {
      switch (piece.kind) {
        case 'text':
          return piece.text
        case 'optional':
          return namesOf(piece.pieces).every((name) => values[name] !== undefined)
            ? write(piece.pieces, values)
            : ''
        case 'value': {
          const given = values[piece.name]
          if (given === undefined)
            throw new Failed('argument.invalid', `A value for “${piece.name}” is missing.`)
          return piece.show(given)
        }
      }
    })
    .join('')
}
