import { expect, it } from 'vitest'
import { crc32c } from '../../../../src-main/formats/codecs/crc32c'

it.each([
  // RFC 3720, B.4
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 ones', new Uint8Array(32).fill(255), 0x62a8ab43],
  ['0 to 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ['31 to 0', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ['123456789', Buffer.from('123456789'), 0xe3069283],
  ['nothing', new Uint8Array(0), 0]
])('checksum of %s', (_, bytes, sum) => {
  expect(crc32c(bytes)).toBe(sum)
})

it('goes on from an earlier part', () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * i) & 255)
  expect(crc32c(bytes.subarray(333), crc32c(bytes.subarray(0, 333)))).toBe(crc32c(bytes))
})
