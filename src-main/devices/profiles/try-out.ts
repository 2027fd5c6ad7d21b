/** One line or some bytes sent by hand, as they are, and what the profile makes of the answer. */
import type { Tried } from '../../../src-preload/contract/device'
import { Failed } from '../../../src-preload/contract/failure'
import type { Connection } from '../serial/connection'
import { shown } from '../serial/line-splitter'
import type { Command, Profile } from './profile'
import type { Speaker } from './speaker'
import { valuesOf, type Value } from './values'

export async function tryOut(
  profile: Profile,
  speaker: Speaker,
  connection: Connection,
  typed: string
): Promise<Tried> {
  const sent = speaker.seal(bytesOf(typed))
  const known = commandOf(profile, speaker, sent)
  const startedAt = performance.now()
  const isUnanswered =
    known === undefined
      ? profile.port.lineEnd === '' && profile.modbus === undefined
      : known.raw === true || known.silent === true
  if (isUnanswered) {
    connection.write(known?.raw === true ? sent : sent + profile.port.lineEnd)
    return { answer: null, values: {}, ms: 0 }
  }
  const { until, timeoutMs } = known ?? {}
  const frame = speaker.frameOf(known, sent)
  const answer = await connection.request(sent, {
    ...(until === undefined ? {} : { isEnd: (line) => until.test(line) }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(frame === undefined ? {} : { frame })
  })
  const readers = known === undefined ? Object.values(profile.commands) : [known]
  return {
    answer: answer.map((line) => (frame === undefined ? line : shown(Buffer.from(line, 'latin1')))),
    values: Object.assign({}, ...readers.map((one) => read(one, answer))) as Record<string, Value>,
    ms: performance.now() - startedAt
  }
}

/** The command that is sent without anything to put in, and is this text. */
function commandOf(profile: Profile, speaker: Speaker, sent: string): Command | undefined {
  const name = Object.keys(profile.commands).find(
    (one) => speaker.canRun(one, {}) && speaker.text(one) === sent
  )
  return name === undefined ? undefined : profile.commands[name]
}

function read({ match, fields }: Command, answer: readonly string[]): Record<string, Value> {
  for (const line of answer) {
    const found = match?.exec(line)
    if (found !== null && found !== undefined) return valuesOf(found.groups, fields)
  }
  return {}
}

/** \xNN is that byte; everything else is sent as it is typed. */
function bytesOf(typed: string): string {
  const sent = typed.replace(/\\x([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(parseInt(digits, 16))
  )
  if (/[^\u0000-\u00ff]/.test(sent))
    throw new Failed('argument.invalid', 'The line has a character that is no byte.', {
      next: 'Write bytes as \\x41.'
    })
  return sent
}
