/** Seeded chance: the same seed gives the same numbers on every machine. */

export type Random = () => number

/** Mulberry32: 32 bits of state, uniform in [0, 1). Good enough for pictures, and fast. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** `count` numbers of the standard normal distribution (Box-Muller, in pairs). */
export function gaussians(random: Random, count: number): Float32Array {
  const values = new Float32Array(count)
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    const angle = 2 * Math.PI * random()
    values[i] = radius * Math.cos(angle)
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle)
  }
  return values
}

/** A number of the standard normal distribution that belongs to (seed, index) alone, whenever it is asked for. */
export function gaussianAt(seed: number, index: number): number {
  const random = seededRandom(Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(index | 0, 0x85ebca6b))
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
