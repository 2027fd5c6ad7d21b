/** What a device accepts: values are refused before anything moves or a byte leaves, in words that name the limit. */
import { Failed } from '../../src-preload/contract/failure'

export type PropertyValue = number | string | boolean

export interface Limits {
  readonly min: number
  readonly max: number
  readonly unit: string
}

export function numberWithin(device: string, property: string, value: PropertyValue, limits: Limits): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new Failed('argument.invalid', `${device}: ${property} needs a number.`)
  }
  const { min, max, unit } = limits
  if (value < min || value > max) {
    throw new Failed('argument.invalid', `${device}: ${property} ${value} ${unit} is out of range.`, {
      next: `Give a value from ${min} to ${max} ${unit}.`
    })
  }
  return value
}

export function trueOrFalse(device: string, property: string, value: PropertyValue): boolean {
  if (typeof value === 'boolean') return value
  throw new Failed('argument.invalid', `${device}: ${property} is either on or off.`)
}

export function unknownProperty(device: string, property: string): Failed {
  return new Failed('argument.invalid', `${device} has no settable property “${property}”.`)
}
