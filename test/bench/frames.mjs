// Pictures as a camera makes them: structure, photon noise, read noise. Made once and shared by all writers.
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const DIFFERENT = { 2048: 6, 512: 48, 64: 64 }

/** Path of a file with frames of `side`² pixels of uint16. */
export function framesFile(folder, side) {
  const path = join(folder, `frames-${side}.u16`)
  if (existsSync(path)) return path
  const count = DIFFERENT[side] ?? 8
  const pixels = new Uint16Array(count * side * side)
  const gauss = normal(side)
  for (let k = 0, at = 0; k < count; k++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++, at++) {
        const dx = ((x + 3 * k) % 128) - 64
        const dy = ((y + 2 * k) % 128) - 64
        const mean =
          100 + 20 * Math.sin(x / 97) * Math.cos(y / 131) + 180 * Math.exp(-(dx * dx + dy * dy) / 300)
        pixels[at] = Math.max(0, Math.round(mean + Math.sqrt(mean) * gauss() + 2 * gauss()))
      }
    }
  }
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, pixels)
  renameSync(temporary, path)
  return path
}

/** Seeded numbers of a normal distribution (Box and Muller). */
function normal(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 1) / 4294967297
  }
  return () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next())
}
