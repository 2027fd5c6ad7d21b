/** A plate of a dataset as the page draws it: which images are the fields of which well. */

export interface PlateWell {
  /** Places in the lists of names. */
  readonly row: number
  readonly column: number
  /** Numbers of the dataset's images, in the order of the fields; none: the well is named, but nothing of it is there. */
  readonly images: readonly number[]
  /** Frames of all its fields. */
  readonly frames: number
}

export interface PlateMap {
  readonly name: string
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  /** The wells that the dataset names; all others were not acquired. */
  readonly wells: readonly PlateWell[]
}
