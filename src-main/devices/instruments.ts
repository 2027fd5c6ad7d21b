/** The kinds of serial instruments that Benchframe can drive, and how each is opened. */
import type { InstrumentKind } from '../../src-preload/contract/device'
import { Failed } from '../../src-preload/contract/failure'
import { connectBenchInstrument } from './bench-instrument/instrument'
import { connectByProfile } from './profiles/profile-instrument'
import { shippedProfiles } from './profiles/shipped'
import type { SerialInstrument } from './serial/part'

const USUAL: InstrumentKind = {
  id: 'benchframe-bench',
  label: 'Benchframe bench instrument',
  proof: 'protocol twin'
}

/** The usual one first. */
export const instrumentKinds: readonly InstrumentKind[] = [
  USUAL,
  ...shippedProfiles.map(({ id, label, proof }) => ({ id, label, proof }))
]

export async function openInstrument(port: string, kind = USUAL.id): Promise<SerialInstrument> {
  if (kind === USUAL.id) return connectBenchInstrument(port)
  const profile = shippedProfiles.find(({ id }) => id === kind)
  if (profile !== undefined) return connectByProfile(port, profile)
  throw new Failed('argument.invalid', `There is no kind of instrument “${kind}”.`, {
    next: `Choose one of ${instrumentKinds.map(({ id }) => id).join(', ')}.`
  })
}

/** A port as it is kept in the settings: the path alone for the usual kind, else the kind before it. */
export const portEntry = (port: string, kind = USUAL.id): string =>
  kind === USUAL.id ? port : `${kind} ${port}`

export function readPortEntry(entry: string): { readonly port: string; readonly kind: string } {
  const found = instrumentKinds.find(({ id }) => entry.startsWith(`${id} `))
  return found === undefined
    ? { port: entry, kind: USUAL.id }
    : { port: entry.slice(found.id.length + 1), kind: found.id }
}
