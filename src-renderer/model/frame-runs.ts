/** Frame numbers as runs of neighbours, first and last of each, in their order. */
export function frameRuns(frames: Iterable<number>): [first: number, last: number][] {
  const runs: [number, number][] = []
  for (const frame of [...frames].sort((a, b) => a - b)) {
    const last = runs[runs.length - 1]
    if (last !== undefined && frame <= last[1] + 1) last[1] = Math.max(last[1], frame)
    else runs.push([frame, frame])
  }
  return runs
}
