/** The closed list of ways in which things fail, and the one form in which a failure travels. Code matches `code`; texts are for people. */

export const FAILURE_CODES = [
  'argument.invalid',
  'state.wrong',
  'target.exists',
  'folder.unwritable',
  'device.absent',
  'device.busy',
  'device.denied',
  'device.timeout',
  'device.protocol',
  'device.refused',
  'device.lost',
  'frame.mismatch',
  'frame.lost',
  'disk.full',
  'disk.io',
  'dataset.unreadable',
  'dataset.unsupported',
  'cancelled',
  'internal'
] as const

export type FailureCode = (typeof FAILURE_CODES)[number]

/** What is said to people. */
export interface Said {
  /** One plain sentence: what went wrong, naming the thing. */
  readonly message: string
  /** What the user can do next, where there is something. */
  readonly next?: string
  /** Technical detail, shown folded. */
  readonly detail?: string
}

/** A failure as it crosses a process or thread: plain data. */
export interface Failure extends Said {
  readonly code: FailureCode
}

/** The failure as an exception. Everything in main throws this kind or lets a true bug through as `internal`. */
export class Failed extends Error implements Failure {
  readonly code: FailureCode
  readonly next?: string
  readonly detail?: string

  constructor(
    code: FailureCode,
    message: string,
    more: { next?: string; detail?: string; cause?: unknown } = {}
  ) {
    super(message, more.cause === undefined ? {} : { cause: more.cause })
    this.name = 'Failed'
    this.code = code
    if (more.next !== undefined) this.next = more.next
    if (more.detail !== undefined) this.detail = more.detail
  }
}

/** Any thrown thing as plain failure data. An error that is not `Failed` is a bug and says so. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failed) {
    return {
      code: error.code,
      message: error.message,
      ...(error.next === undefined ? {} : { next: error.next }),
      ...(error.detail === undefined ? {} : { detail: error.detail })
    }
  }
  const text = error instanceof Error ? error.message : String(error)
  const stack = error instanceof Error ? error.stack : undefined
  return {
    code: 'internal',
    message: `Something in Benchframe failed: ${text}`,
    ...(stack === undefined ? {} : { detail: stack })
  }
}

/** The exception for a failure that came as data. */
export function fromFailure(failure: Failure): Failed {
  const { code, message, next, detail } = failure
  return new Failed(code, message, {
    ...(next === undefined ? {} : { next }),
    ...(detail === undefined ? {} : { detail })
  })
}

/** What every command answers: an Error thrown across Electron's IPC would lose its code on the way. */
export type Reply<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }
