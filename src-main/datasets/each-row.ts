/** The rows of a dataset one after the other, read by the page. */
import type { Dataset, FrameRow } from './dataset'

const PAGE = 500

export async function* eachRow(dataset: Dataset, signal?: AbortSignal): AsyncGenerator<FrameRow> {
  for (let from = 0; from < dataset.frames; from += PAGE) {
    signal?.throwIfAborted()
    yield* await dataset.rows(from, PAGE, signal)
  }
}
