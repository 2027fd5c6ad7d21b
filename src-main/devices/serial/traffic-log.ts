/** The last lines on a wire, both ways, for people who look for a fault: `12:34:56.789 → MOVE x=1`. */

const KEPT = 500

export type Direction = 'sent' | 'received' | 'garbage' | 'event'
const ARROWS: Readonly<Record<Direction, string>> = { sent: '→', received: '←', garbage: '⚠', event: '•' }

export interface TrafficLog {
  add(direction: Direction, text: string): void
  /** Oldest first. */
  lines(): readonly string[]
}

export function createTrafficLog(): TrafficLog {
  // A ring of raw entries: they are made into text only when someone looks.
  const ring: { at: number; direction: Direction; text: string }[] = []
  let next = 0
  return {
    add(direction, text) {
      ring[next] = { at: Date.now(), direction, text }
      next = (next + 1) % KEPT
    },
    lines: () =>
      [...ring.slice(next), ...ring.slice(0, next)].map(
        ({ at, direction, text }) =>
          `${new Date(at).toISOString().slice(11, 23)} ${ARROWS[direction]} ${text}`
      )
  }
}
