/** What a link has to know of an instrument's language: its port, its ends of lines, and how it shows that it lives. */
import type { Frame } from './byte-answer'

export interface LinkDialect {
  readonly baudRate: number
  readonly answerTimeoutMs: number
  readonly stopBits?: 1 | 2
  /** Ends each line that is sent; empty for an instrument that knows no lines. */
  readonly lineEnd: string
  /** Some of its answers are bytes without an end: then every byte is looked at on its own. */
  readonly bytewise?: boolean
  readonly parity?: 'even' | 'odd'
  /** Both directions share the wire: it is silent so long between frames, and nothing is sent while an answer is due. */
  readonly silenceMs?: number
  /** Told apart by their form, never by their order; `waiting` says whether an answer is due. */
  kindOf(line: string, waiting: boolean): 'answer' | 'push' | 'garbage'
  /**
   * A question whose answer can be told from every other. Null: the instrument only speaks and is never asked; any sound is a sign of
   * life.
   */
  sentinel(number: number): Sentinel | null
}

export interface Sentinel {
  readonly ask: string
  /** Its answer is bytes, whatever came before them. */
  readonly frame?: Frame
  /** Sees line after line and says which one completes the answer. */
  readonly isEnd: (line: string) => boolean
  /** The answer belongs to this very question. Where it does not, answers to earlier tries are waited for, too. */
  readonly unique: boolean
}
