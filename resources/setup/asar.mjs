// Packs a few text files into an asar archive: sizes, a JSON table of contents, then the bytes.

/**
 * @param {Record<string, string>} files
 * @returns {Buffer}
 */
export function asar(files) {
  let offset = 0
  /** @type {Record<string, { size: number, offset: string }>} */
  const table = {}
  const contents = Object.entries(files).map(([name, text]) => {
    const bytes = Buffer.from(text)
    table[name] = { size: bytes.length, offset: String(offset) }
    offset += bytes.length
    return bytes
  })
  const header = Buffer.from(JSON.stringify({ files: table }))
  const padded = Math.ceil(header.length / 4) * 4
  const sizes = Buffer.alloc(16)
  // Two Chromium pickles in one another: the first holds the size of the second, the second holds a string.
  sizes.writeUInt32LE(4, 0)
  sizes.writeUInt32LE(padded + 8, 4)
  sizes.writeUInt32LE(padded + 4, 8)
  sizes.writeUInt32LE(header.length, 12)
  return Buffer.concat([sizes, header, Buffer.alloc(padded - header.length), ...contents])
}
