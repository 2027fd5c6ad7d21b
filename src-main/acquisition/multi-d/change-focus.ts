/** Another focus offset in the middle of a Multi-D run: never a silent change of z. It is checked, logged, and in every record from then on. */
import type { MultiD } from '../../../src-preload/contract/multi-d'
import type { JsonObject } from '../../../src-preload/contract/record'
import type { FocusChange, RunFocus } from '../../../src-preload/contract/run'
import type { MultiDSequence } from './sequence'

/** `check` throws where the changed plan can't be carried out. */
export function changeFocus(
  sequence: MultiDSequence,
  { position, offsetUm }: FocusChange,
  check: (plan: MultiD) => void,
  log: (text: string, data: JsonObject) => void
): RunFocus {
  const before = sequence.offsetOf(position)
  const um = offsetUm ?? sequence.offsetHere(position)
  check(sequence.planWith(position, um))
  sequence.setOffset(position, um)
  log(`Focus offset${position === null ? '' : ` of ${position}`}: ${um} µm (was ${before} µm)`, {
    position,
    focusOffsetUm: um,
    beforeUm: before,
    how: offsetUm === null ? 'in focus where the stage stood' : 'typed'
  })
  return { position, offsetUm: um }
}
