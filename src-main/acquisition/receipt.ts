/** What a run tells at its end, from opening its files again: it is complete when seen - dropped = written = readable = records (acceptance S5). */
import type { FileReceipt, Receipt } from '../../src-preload/contract/run'
import type { LossLedger } from './loss-ledger'

/** `frames` is what the stream says it wrote. */
export function makeReceipt(
  frames: number,
  files: readonly FileReceipt[],
  losses: LossLedger,
  seconds: number,
  end: Receipt['end']
): Receipt {
  const exact = files.every(({ readable, records }) => readable === frames && records === frames)
  return {
    seen: frames + losses.total,
    written: frames,
    dropped: losses.total,
    losses: losses.counts,
    files,
    seconds,
    end,
    // Files that nobody could open again prove nothing.
    complete: exact && (frames === 0 || files.length > 0)
  }
}
