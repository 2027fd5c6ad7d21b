/** How a picture is shown: contrast mode, window, colours, log counts. One for the live picture, one for the reviewed one. */
import { shallowReactive } from 'vue'
import type { ContrastMode, KeptDisplay } from '../../src-preload/contract/picture-display'
import type { Picture, PixelType } from '../../src-preload/contract/pixels'
import { autoRange, steady, typeRange, type Range } from '../drawing/contrast'
import { LUTS, type LutName } from '../drawing/luts'

/** What of a display is kept for a camera. */
export type Kept = Omit<KeptDisplay, 'camera'>

export interface DisplayState {
  mode: ContrastMode
  from: number
  to: number
  lut: LutName
  /** Colour of a channel in the file, which takes the place of the table until another is chosen. */
  tint: string | undefined
  logarithmic: boolean
  /** Brightness on the screen is the part of the window to this power. */
  gamma: number
  /** The part of the value axis that the histogram shows. */
  axis: Range
}

export interface Display {
  readonly state: DisplayState
  /** Other data comes: its first picture decides anew. */
  forget(): void
  /** What is worth keeping of it now, and back again. */
  kept(): Kept
  restore(kept: Kept): void
  /** Takes a new picture into account. */
  show(picture: Picture): void
  autoOnce(): void
  autoEach(): void
  full(saturation: number | null): void
  setRange(from: number, to: number): void
  setLut(name: LutName): void
}

export function createDisplay(mode: ContrastMode): Display {
  const state: DisplayState = shallowReactive({
    mode,
    from: 0,
    to: 255,
    lut: 'gray',
    tint: undefined,
    logarithmic: true,
    gamma: 1,
    axis: { from: 0, to: 255 }
  })
  let last: Picture | null = null
  /** Of the pixels that the window was found on. */
  let pixelType: PixelType | null = null
  let known: Range | null = null
  // "Once" before the first picture means: as soon as there is one.
  let wanted = true

  const use = ({ from, to }: Range): void => {
    state.from = from
    state.to = to
  }

  function find(): void {
    if (last === null) return
    use(autoRange(last))
    wanted = false
  }

  return {
    state,
    forget() {
      last = null
      pixelType = null
      known = null
      wanted = true
      state.gamma = 1
      if (state.mode === 'manual') state.mode = 'once'
    },
    kept() {
      const { mode, from, to, lut, logarithmic, gamma } = state
      const window = mode === 'each' || wanted || pixelType === null ? null : { from, to, pixelType }
      return { mode, window, lut, logarithmic, gamma }
    },
    restore({ mode, window, lut, logarithmic, gamma }) {
      Object.assign(state, { mode, logarithmic, gamma })
      state.lut = LUTS.find((name) => name === lut) ?? 'gray'
      wanted = window === null
      if (window === null) return
      use(window)
      pixelType = window.pixelType
    },
    show(picture) {
      const otherKind = pixelType !== null && pixelType !== picture.full.pixelType
      last = picture
      pixelType = picture.full.pixelType
      if (otherKind) known = null
      if (state.mode === 'each' || wanted || otherKind) find()
      const { min, max } = picture
      const data: Range = { from: min, to: max > min ? max : min + 1 }
      known = steady(known, data)
      state.axis = { from: Math.min(known.from, state.from), to: Math.max(known.to, state.to) }
    },
    autoOnce() {
      state.mode = 'once'
      wanted = true
      find()
    },
    autoEach() {
      state.mode = 'each'
      find()
    },
    full(saturation) {
      if (last === null) return
      state.mode = 'manual'
      use(
        typeRange(last.full.pixelType, saturation) ?? {
          from: last.min,
          to: last.max > last.min ? last.max : last.min + 1
        }
      )
      state.axis = { from: Math.min(state.axis.from, state.from), to: Math.max(state.axis.to, state.to) }
    },
    setRange(from, to) {
      state.mode = 'manual'
      wanted = false
      use(to > from ? { from, to } : { from, to: from + Math.max(1e-6, Math.abs(from) * 1e-6) })
    },
    setLut(name) {
      state.lut = name
      state.tint = undefined
    }
  }
}
