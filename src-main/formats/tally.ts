/** What a recording holds so far, image by image: how many planes, and where in the journal each image's lines begin. Bytes, not objects. */

/** Numbers that only grow in count: 8 bytes each. */
export class GrowingNumbers {
  private numbers = new Float64Array(64)
  length = 0

  push(value: number): void {
    if (this.length === this.numbers.length) {
      const larger = new Float64Array(this.numbers.length * 2)
      larger.set(this.numbers)
      this.numbers = larger
    }
    this.numbers[this.length++] = value
  }

  at(i: number): number {
    const value = i < this.length ? this.numbers[i] : undefined
    if (value === undefined) throw new Error(`number ${i} of ${this.length}`)
    return value
  }

  set(i: number, value: number): void {
    while (this.length <= i) this.push(0)
    this.numbers[i] = value
  }
}

export class Tally {
  /** Frames, skipped planes left out. */
  frames = 0
  private readonly planes: number[]
  private readonly framesOf: number[]
  /** Positions of the frame lines of each image; not kept for a single image, whose lines are all of them. */
  readonly lines: readonly GrowingNumbers[] | null

  constructor(images: number) {
    this.planes = new Array<number>(images).fill(0)
    this.framesOf = new Array<number>(images).fill(0)
    this.lines = images > 1 ? Array.from({ length: images }, () => new GrowingNumbers()) : null
  }

  frame(image: number, plane: number, line: number): void {
    this.frames += 1
    this.framesOf[image] = (this.framesOf[image] ?? 0) + 1
    this.skip(image, plane)
    this.lines?.[image]?.push(line)
  }

  skip(image: number, plane: number): void {
    if (plane >= (this.planes[image] ?? 0)) this.planes[image] = plane + 1
  }

  /** An image that has only skipped planes is none. */
  planesOf(image: number): number {
    return (this.framesOf[image] ?? 0) === 0 ? 0 : (this.planes[image] ?? 0)
  }
}
