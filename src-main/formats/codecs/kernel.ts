/** The WebAssembly kernel (byte shuffle, LZ4, Blosc blocks) bound to a memory. */
import { KERNEL_BASE64 } from './kernel-code'

export interface Kernel {
  /** See kernel/blosc-lz4.as; all numbers are addresses in the memory, sizes in bytes, or flags (0, 1). */
  encodeBlock(from: number, bytes: number, size: number, split: number, to: number, work: number): number
  decodeBlock(
    from: number,
    end: number,
    bytes: number,
    size: number,
    shuffled: number,
    split: number,
    to: number,
    work: number
  ): number
  lz4(from: number, bytes: number, to: number, most: number, table: number): number
  unlz4(from: number, bytes: number, to: number, room: number): number
  shuffle(from: number, to: number, bytes: number, size: number): void
  unshuffle(from: number, to: number, bytes: number, size: number): void
}

/** Scratch that `encodeBlock` needs besides the block itself: the hash table. */
export const TABLE_BYTES = 16_384
/** What kernel calls may write past the end of what they say they write. */
export const SLACK_BYTES = 64

let compiled: WebAssembly.Module | null = null

export function bindKernel(memory: WebAssembly.Memory): Kernel {
  compiled ??= new WebAssembly.Module(Buffer.from(KERNEL_BASE64, 'base64'))
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Kernel
}

export const WASM_PAGE = 65_536

export const sharedMemory = (bytes: number): WebAssembly.Memory => {
  const pages = Math.ceil(bytes / WASM_PAGE)
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
}
