/** What a run looks at by the clock: its own length, and the room on the disk. */
import type { Undo } from '../devices/device'

const LOOK_EVERY_MS = 1_000

/** Calls `over` after so many seconds; null: never. */
export function limitTime(seconds: number | null, over: () => void): Undo {
  if (seconds === null) return () => undefined
  const timer = setTimeout(over, seconds * 1000)
  return () => clearTimeout(timer)
}

export function watchDisk(
  freeBytes: () => Promise<number | null>,
  tell: (free: number | null) => void
): Undo {
  const look = async (): Promise<void> => tell(await freeBytes())
  void look()
  const timer = setInterval(() => void look(), LOOK_EVERY_MS)
  return () => clearInterval(timer)
}
