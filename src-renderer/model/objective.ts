/** An objective in a few words, read and written: "60x 1.4 oil". */
import { isQuantity, type Values } from '../../src-preload/contract/description'
import type { IMMERSIONS } from '../../src-preload/contract/description-fields'

const IMMERSION_WORDS: readonly (readonly [RegExp, (typeof IMMERSIONS)[number]])[] = [
  [/\bwater[- ]?dip/i, 'Water dipping'],
  [/\b(water|w)\b/i, 'Water'],
  [/\boil\b/i, 'Oil'],
  [/\bglyc/i, 'Glycerol'],
  [/\b(air|dry)\b/i, 'Air']
]

export function readObjective(text: string): Values {
  const magnification = /(\d+(?:[.,]\d+)?)\s*[x×]/i.exec(text)
  const rest = magnification === null ? text : text.replace(magnification[0], ' ')
  const na = /(?:NA\s*|\/\s*|^|[\s,])([01][.,]\d+)/i.exec(rest)
  const immersion = IMMERSION_WORDS.find(([word]) => word.test(text))?.[1]
  const number = (found: RegExpExecArray): number => Number((found[1] ?? '').replace(',', '.'))
  return {
    ...(magnification === null ? {} : { magnification: { value: number(magnification), unit: '×' } }),
    ...(na === null ? {} : { na: { value: number(na), unit: '' } }),
    ...(immersion === undefined ? {} : { immersion })
  }
}

export function objectiveName({ magnification, na, immersion }: Values): string {
  return [
    isQuantity(magnification) ? `${magnification.value}×` : '',
    isQuantity(na) ? `NA ${na.value}` : '',
    typeof immersion === 'string' ? immersion.toLowerCase() : ''
  ]
    .filter((part) => part !== '')
    .join(' ')
}
