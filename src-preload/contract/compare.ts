/** Two datasets held against each other: the difference of two frames, and what a whole comparison found. */
import type { Picture } from './pixels'

/** Of the first frame minus the second, pixel by pixel at full resolution. */
export interface Difference {
  /** Signed; where several pixels are one on the screen, the one with the largest difference. NaN where one of them is missing. */
  readonly picture: Picture
  /** Pixels that both have as finite values. */
  readonly compared: number
  readonly different: number
  /** Of the compared ones; null where there are none. */
  readonly mostApart: { readonly difference: number; readonly x: number; readonly y: number } | null
  /** Mean of first minus second; null where nothing was compared. */
  readonly mean: number | null
  /** Pixels that are not there, or not finite, in one of them or in both. */
  readonly leftOut: number
  readonly reason: string | null
}

/** What a comparison of two whole datasets found; frames are paired by their acquisition numbers. */
export interface ComparisonReport {
  readonly equal: boolean
  readonly paths: readonly [string, string]
  readonly frames: readonly [number, number]
  readonly comparedFrames: number
  /** Frames whose pixels are the same, with size and type. */
  readonly samePlanes: number
  /** The first frames whose pixels differ, with the greatest difference of a pixel where their sizes are the same. */
  readonly differentPlanes: readonly {
    readonly frame: number
    readonly most: number | null
    readonly why: string
  }[]
  readonly differentPlaneCount: number
  /** The first values of records that differ. */
  readonly differentValues: readonly {
    readonly frame: number
    readonly key: string
    readonly values: readonly [string, string]
  }[]
  readonly differentValueCount: number
  /** Of what is about the whole datasets: a sentence each. */
  readonly about: readonly string[]
}
