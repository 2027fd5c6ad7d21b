/** What people add to a run while it goes on: notes, marks and tags on the newest frame, values of their own, the form. Each is done when it is on disk. */
import { Failed } from '../../src-preload/contract/failure'
import type { RunPhase } from '../../src-preload/contract/run'
import type { StoredForm } from '../../src-preload/contract/stored-form'
import type { FrameStream } from '../formats/sink'
import type { RunClock } from './clock'
import type { RunDescription } from './run-description'
import { checkedEdits, type NewCell } from './run-edits'
import { asCell, type RunTable } from './run-table'

/** Where the run is. */
export interface Now {
  readonly phase: RunPhase
  /** Number of the newest frame; null before the first. */
  readonly newest: number | null
}

export class RunNotes {
  readonly #stream: Pick<FrameStream, 'addEvent'>
  readonly #table: RunTable
  readonly #description: RunDescription
  readonly #clock: RunClock
  readonly #now: () => Now
  /** Marks and tags one after the other: the second tag of a frame is added to the first. */
  #marking: Promise<unknown> = Promise.resolve()

  constructor(
    stream: Pick<FrameStream, 'addEvent'>,
    table: RunTable,
    description: RunDescription,
    clock: RunClock,
    now: () => Now
  ) {
    this.#stream = stream
    this.#table = table
    this.#description = description
    this.#clock = clock
    this.#now = now
  }

  /** Adds a note to the newest frame; resolves when it is on disk. */
  async note(text: string): Promise<{ frame: number | null }> {
    this.#checkOpen('Notes belong to a run, and none is under way.')
    const frame = this.#now().newest
    await this.#stream.addEvent({
      kind: 'note',
      text,
      time: this.#time(),
      ...(frame === null ? {} : { frame })
    })
    if (frame !== null) {
      const before = this.#table.get(frame, 'note')
      this.#table.set(frame, 'note', before === null ? text : `${String(before)}\n${text}`)
    }
    return { frame }
  }

  /**
   * Marks the newest frame (`mark` becomes true), or adds a tag to its `tags`; resolves when it is on disk, with the frame's number.
   * Throws `state.wrong` before the first frame.
   */
  mark(tag: string | null, who: string): Promise<{ frame: number }> {
    this.#checkOpen('Marks belong to a run, and none is under way.')
    // The frame is the newest of now, not of the moment when the mark before is on disk.
    const frame = this.#now().newest
    if (frame === null)
      throw new Failed('state.wrong', 'There is no frame to mark yet.', { next: 'Wait for the first frame.' })
    const done = this.#marking.then(async () => {
      const text = tag ?? 'mark'
      await this.#stream.addEvent({ kind: 'mark', text, frame, time: this.#time() })
      await this.edit([tag === null ? { frame, key: 'mark', value: true } : this.#tagged(frame, tag)], who)
      return { frame }
    })
    this.#marking = done.catch(() => undefined)
    return done
  }

  #tagged(frame: number, tag: string): NewCell {
    const before = this.#table.get(frame, 'tags')
    const tags = before === null ? [] : String(before).split(', ')
    return { frame, key: 'tags', value: tags.includes(tag) ? String(before) : [...tags, tag].join(', ') }
  }

  /** Changes cells of frames by hand; resolves when that is on disk. */
  async edit(cells: readonly NewCell[], who: string): Promise<void> {
    const { phase } = this.#now()
    if (!isOpen(phase))
      throw new Failed('state.wrong', `The run is ${phase}; its frames are not changed now.`, {
        next: 'Change them in Review when it has ended.'
      })
    const changes = checkedEdits(cells, this.#table)
    if (changes.length === 0) return
    this.#description.user(changes)
    const edits = { at: this.#clock.utc(this.#clock.now()), who, cells: changes }
    await this.#stream.addEvent({ kind: 'edit', time: this.#time(), edits })
    for (const { frame, key, after } of changes) this.#table.set(frame, key, asCell(after))
  }

  /** What people typed, again: it may still change until the run ends. */
  describe(form: StoredForm): void {
    if (isOpen(this.#now().phase)) this.#description.describe(form)
  }

  #time(): number {
    return this.#clock.seconds(this.#clock.now())
  }

  #checkOpen(message: string): void {
    if (!isOpen(this.#now().phase))
      throw new Failed('state.wrong', message, { next: 'Start a recording first.' })
  }
}

const isOpen = (phase: RunPhase): boolean => phase === 'running' || phase === 'paused'
