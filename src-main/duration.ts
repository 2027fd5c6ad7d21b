/** A length of time in words, as the pre-flight says it. */
export function duration(seconds: number): string {
  if (seconds < 1) return 'a second'
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`
}
