/** From one run to the next: what is kept and doubted, what is only offered, what goes, and what is remembered for completion. */
import type { Carry, DescriptionContent } from '../src-preload/contract/description'
import { isFilled, STANDARD_FIELDS, templateOf, UNDOUBTED } from '../src-preload/contract/description-fields'
import { shown } from '../src-preload/contract/quantity'
import { isQuantity } from '../src-preload/contract/description'
import type { Patch } from './description-patch'

const MOST_REMEMBERED = 20
/** Longer texts are notes, not words to choose from. */
const LONGEST_REMEMBERED = 500

export function carriedOver(content: DescriptionContent): Patch {
  const filled = Object.entries(content.values).filter(([, value]) => isFilled(value))
  const carry = carryOf(content)
  const gone = filled.filter(([id]) => carry(id) !== 'keep')
  const offered = gone.filter(([id]) => carry(id) === 'suggest')
  return {
    values: Object.fromEntries(gone.map(([id]) => [id, null])),
    suggestions: { ...content.suggestions, ...Object.fromEntries(offered) },
    unconfirmed: filled.map(([id]) => id).filter((id) => carry(id) === 'keep' && !UNDOUBTED.has(id))
  }
}

function carryOf(content: DescriptionContent): (id: string) => Carry {
  const fields = [...STANDARD_FIELDS, ...(templateOf(content)?.fields ?? [])]
  const usual = new Map(fields.map(({ id, carry }) => [id, carry]))
  return (id) => content.carry[id] ?? usual.get(id) ?? 'keep'
}

export function remembered(content: DescriptionContent): DescriptionContent {
  const history = { ...content.history }
  for (const [id, value] of Object.entries(content.values)) {
    const text = typeof value === 'string' ? value.trim() : isQuantity(value) ? shown(value) : ''
    if (text === '' || text.length > LONGEST_REMEMBERED) continue
    history[id] = [text, ...(history[id] ?? []).filter((other) => other !== text)].slice(0, MOST_REMEMBERED)
  }
  return { ...content, history }
}
