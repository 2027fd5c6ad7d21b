/** The two functions that the preload script gives to the page, as `window.benchframe`. */
import type { Answer, Argument, CommandName } from './commands'
import type { EventName, Events } from './events'
import type { Reply } from './failure'

export interface Bridge {
  call<N extends CommandName>(name: N, argument: Argument<N>): Promise<Reply<Answer<N>>>
  /** Returns the undo. */
  on<N extends EventName>(name: N, listener: (value: Events[N]) => void): () => void
}

/** IPC channels; nothing else uses these names. */
export const CALL_CHANNEL = 'benchframe:call'
export const EVENT_CHANNEL = 'benchframe:event'
/** A path that the user dropped on the window, from the preload script and never from the page. */
export const DROP_CHANNEL = 'benchframe:drop'
