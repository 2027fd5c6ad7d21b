/** The only file that touches the bridge: typed calls and events, and failures as exceptions. */
import type { Bridge } from '../src-preload/contract/bridge'
import type { Answer, Argument, CommandName } from '../src-preload/contract/commands'
import type { EventName, Events } from '../src-preload/contract/events'
import { Failed, fromFailure } from '../src-preload/contract/failure'

declare global {
  interface Window {
    readonly benchframe?: Bridge
  }
}

function bridge(): Bridge {
  if (window.benchframe === undefined) {
    throw new Failed('internal', 'This page has no connection to Benchframe.', {
      next: 'Open it through the Benchframe application.'
    })
  }
  return window.benchframe
}

type Call<N extends CommandName> = Argument<N> extends undefined ? [] : [argument: Argument<N>]

/** Answers the command's value, or throws `Failed`. */
export async function call<N extends CommandName>(name: N, ...[argument]: Call<N>): Promise<Answer<N>> {
  const reply = await bridge().call(name, argument as Argument<N>)
  if (!reply.ok) throw fromFailure(reply.failure)
  return reply.value
}

/** Hears an event; answers the undo. */
export const on = <N extends EventName>(name: N, listener: (value: Events[N]) => void): (() => void) =>
  bridge().on(name, listener)
