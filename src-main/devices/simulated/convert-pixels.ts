/** The simulated camera's 16-bit values in every other pixel type, little-endian. Signed 16 bits stop at 32767; 8 bits signed hold a fortieth. */
import type { PixelType } from '../../../src-preload/contract/pixels'

export function convertPixels(from: Uint16Array, to: DataView, pixelType: PixelType, bytes: number): void {
  const put = writer(to, pixelType)
  for (let i = 0, at = 0; i < from.length; i++, at += bytes) put(at, from[i] as number)
}

function writer(to: DataView, pixelType: PixelType): (at: number, value: number) => void {
  switch (pixelType) {
    case 'uint8':
      return (at, value) => to.setUint8(at, Math.min(255, value / 20))
    case 'int8': // 4000, a bright pixel of the mark, must give 100
      return (at, value) => to.setInt8(at, Math.min(127, value / 40))
    case 'uint16':
      return (at, value) => to.setUint16(at, value, true)
    case 'int16':
      return (at, value) => to.setInt16(at, Math.min(32_767, value), true)
    case 'uint32':
      return (at, value) => to.setUint32(at, value, true)
    case 'int32':
      return (at, value) => to.setInt32(at, value, true)
    case 'float32':
      return (at, value) => to.setFloat32(at, value, true)
    case 'float64':
      return (at, value) => to.setFloat64(at, value, true)
    case 'uint64':
      return (at, value) => to.setBigUint64(at, BigInt(value), true)
    case 'int64':
      return (at, value) => to.setBigInt64(at, BigInt(value), true)
    case 'float16':
      return (at, value) => to.setUint16(at, halfFloat(value), true)
  }
}

/** IEEE 754 binary16 of a number in 0…65535: 11 significant bits, rounded to even. */
export function halfFloat(value: number): number {
  if (value === 0) return 0
  if (value >= 65_520) return 0x7bff // 65504, the greatest finite
  const exponent = Math.floor(Math.log2(value))
  const unit = 2 ** (exponent - 10)
  const scaled = value / unit
  const whole = Math.floor(scaled)
  const rest = scaled - whole
  const mantissa = rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? whole + 1 : whole
  return ((exponent + 15) << 10) + (mantissa - 1024)
}
