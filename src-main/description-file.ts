/**
 * What people typed about their recordings, on disk while they type: the draft with everything that can be undone. Main keeps it, so that two
 * pages change fields of one draft and neither overwrites the other's.
 */
import { existsSync, readFileSync } from 'node:fs'
import { Failed } from '../src-preload/contract/failure'
import {
  contentCheck,
  isQuantity,
  type Description,
  type DescriptionChange,
  type DescriptionContent
} from '../src-preload/contract/description'
import { carriedOver, remembered } from './description-carry'
import { inverse, patched, sameTarget, type Patch } from './description-patch'
import { keptAside, writeAtomically } from './settings-file'

const VERSION = 1
const MOST_STEPS = 100
/** Longer ago than this, the next letter is a step of its own. */
const SAME_STEP_MS = 3_000

export const emptyDescription = (): DescriptionContent => ({
  values: {},
  own: [],
  unconfirmed: [],
  suggestions: {},
  presets: [],
  chosen: {},
  templates: [],
  template: null,
  profile: 'quick',
  carry: {},
  history: {},
  welcomed: false
})

interface Stored {
  readonly content: DescriptionContent
  readonly undo: readonly Patch[]
  readonly redo: readonly Patch[]
}

export class DescriptionFile {
  readonly #path: string
  #stored: Stored
  #changedAt = -Infinity
  /** What was wrong with the file at the start, for the user. */
  readonly problem: Failed | null

  /** `before`: the settings of a version that kept the form among them. */
  constructor(path: string, before: string | null = null) {
    this.#path = path
    const { stored, problem } = load(path, before)
    this.#stored = stored
    this.problem = problem
  }

  get(): Description {
    const { content, undo, redo } = this.#stored
    return { ...content, canUndo: undo.length > 0, canRedo: redo.length > 0 }
  }

  /** Changes and saves. Throws `argument.invalid` on what a description can't hold, and then changes nothing. */
  change({ confirm, ...change }: DescriptionChange): Description {
    const typed = Object.keys(change.values ?? {})
    const { unconfirmed, suggestions } = this.#stored.content
    const settled = new Set([...typed, ...(confirm ?? [])])
    return this.#apply({
      ...change,
      ...(unconfirmed.some((id) => settled.has(id))
        ? { unconfirmed: unconfirmed.filter((id) => !settled.has(id)) }
        : {}),
      ...(typed.some((id) => id in suggestions)
        ? {
            suggestions: Object.fromEntries(Object.entries(suggestions).filter(([id]) => !typed.includes(id)))
          }
        : {})
    })
  }

  undo(): Description {
    return this.#step('undo', 'redo')
  }

  redo(): Description {
    return this.#step('redo', 'undo')
  }

  /** A run has begun: what it was described with is offered in later ones. */
  remember(): Description {
    return this.#save({ ...this.#stored, content: remembered(this.#stored.content) })
  }

  /** A run is over: each field does what its carry-over says. Can be undone. */
  carryOver(): Description {
    return this.#apply(carriedOver(this.#stored.content))
  }

  #apply(patch: Patch): Description {
    const { content, undo } = this.#stored
    const back = inverse(content, patch)
    const next = contentCheck(patched(content, patch), 'description')
    if (back === null) return this.#save({ ...this.#stored, content: next })
    const last = undo[undo.length - 1]
    const now = performance.now()
    const goesOn =
      last !== undefined && Math.abs(now - this.#changedAt) < SAME_STEP_MS && sameTarget(last, back)
    this.#changedAt = now
    return this.#save({ content: next, undo: goesOn ? undo : [...undo, back].slice(-MOST_STEPS), redo: [] })
  }

  #step(from: 'undo' | 'redo', to: 'undo' | 'redo'): Description {
    const { content } = this.#stored
    const steps = this.#stored[from]
    const patch = steps[steps.length - 1]
    if (patch === undefined) return this.get()
    this.#changedAt = -Infinity
    const back = inverse(content, patch)
    return this.#save({
      ...this.#stored,
      content: contentCheck(patched(content, patch), 'description'),
      [from]: steps.slice(0, -1),
      [to]: back === null ? this.#stored[to] : [...this.#stored[to], back]
    })
  }

  #save(stored: Stored): Description {
    writeAtomically(this.#path, `${JSON.stringify({ version: VERSION, ...stored }, null, 1)}\n`)
    this.#stored = stored
    return this.get()
  }
}

/** Pixel size of the objective that is on, where its preset tells. */
export function objectivePixelUm({ presets, chosen }: Description): number | null {
  const size = presets.find(({ id }) => id === chosen.objective)?.values.pixelSize
  return isQuantity(size) && size.unit === 'µm' && size.value > 0 ? size.value : null
}

function load(path: string, before: string | null): { stored: Stored; problem: Failed | null } {
  const fresh = (content = emptyDescription()): Stored => ({ content, undo: [], redo: [] })
  if (!existsSync(path)) return { stored: fresh(fromSettings(before)), problem: null }
  try {
    const { content, undo, redo } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Stored>
    if (typeof content !== 'object') throw new TypeError('no description in it')
    const steps = (list: unknown): readonly Patch[] => (Array.isArray(list) ? (list as Patch[]) : [])
    return {
      stored: {
        content: contentCheck({ ...emptyDescription(), ...content }, 'description'),
        undo: steps(undo),
        redo: steps(redo)
      },
      problem: null
    }
  } catch (error) {
    const problem = keptAside(
      path,
      'What was typed about the sample could not be read; the form starts empty.',
      error
    )
    return { stored: fresh(), problem }
  }
}

/** Earlier versions kept five texts among the settings. */
function fromSettings(path: string | null): DescriptionContent {
  const empty = emptyDescription()
  if (path === null || !existsSync(path)) return empty
  let old: unknown
  try {
    old = (JSON.parse(readFileSync(path, 'utf8')) as { settings?: unknown }).settings
  } catch (error) {
    if (error instanceof SyntaxError) return empty // the settings themselves say so
    throw error
  }
  const given = (typeof old === 'object' && old !== null ? old : {}) as Record<string, unknown>
  const texts = ['sample', 'done', 'operator', 'notes'].flatMap((id) => {
    const value = given[id]
    return typeof value === 'string' && value !== '' ? [[id, value] as const] : []
  })
  const found = { ...empty, values: Object.fromEntries(texts), own: given.fields ?? [] }
  try {
    return contentCheck(found, 'description')
  } catch (error) {
    if (error instanceof Failed) return contentCheck({ ...found, own: [] }, 'description')
    throw error
  }
}
