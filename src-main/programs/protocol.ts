/** What another program may say to Benchframe and what it hears: one JSON object a line. resources/docs/programs.md tells it to users. */
import {
  filledText,
  integer,
  number,
  optional,
  scalar,
  shape,
  text,
  truth,
  type Check,
  type Checked
} from '../../src-preload/contract/check'
import { Failed } from '../../src-preload/contract/failure'

export const PROTOCOL_VERSION = 1

/** The longest line in either direction that a program may send, in bytes. */
export const LONGEST_LINE = 64 * 1024

/** The first line of a program: who it is, and the token of this app. */
export const helloCheck = shape({ token: text(200), name: filledText(100) })

const requests = {
  /** The run, as the app shows it. */
  status: shape({}),
  /** All devices with their properties. */
  devices: shape({}),
  /** Frames of the run under way; answered when each is taken or lost. */
  burst: shape({ frames: integer(1, 100_000), everyMs: optional(number(0, 86_400_000)) }),
  set: shape({ device: filledText(200), property: filledText(200), value: scalar }),
  /** A note on the newest frame; answered when it is on disk. */
  note: shape({ text: filledText(100_000) }),
  /** Chooses what is told from now on: the record of each frame, changes of the run. */
  subscribe: shape({ frames: optional(truth), run: optional(truth) })
} as const

type Requests = typeof requests
export type Request = { [K in keyof Requests]: { readonly do: K } & Checked<Requests[K]> }[keyof Requests]

/** Reads a request. Throws `argument.invalid` naming what is wrong. */
export function readRequest({ id: _, do: what, ...rest }: Readonly<Record<string, unknown>>): Request {
  if (typeof what !== 'string' || !Object.prototype.hasOwnProperty.call(requests, what)) {
    throw new Failed('argument.invalid', `There is no request ${JSON.stringify(what) ?? 'without "do"'}.`, {
      next: `Use one of ${Object.keys(requests).join(', ')}.`
    })
  }
  const checked = (requests[what as keyof Requests] as Check<object>)(rest, what)
  return { do: what, ...checked } as Request
}

/** A line as an object. Throws `argument.invalid`. */
export function readLine(line: string): Readonly<Record<string, unknown>> {
  try {
    const found: unknown = JSON.parse(line)
    if (typeof found === 'object' && found !== null && !Array.isArray(found)) return { ...found }
  } catch {
    // Told below, with everything else that is no object.
  }
  throw new Failed(
    'argument.invalid',
    `This line is not a JSON object: ${JSON.stringify(line.slice(0, 60))}.`,
    {
      next: 'Send one JSON object a line.'
    }
  )
}
