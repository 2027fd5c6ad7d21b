/**
 * Sets values of several devices and waits until they are there: the one way for presets, channels of a plan and rules. Devices go side by side, the
 * values of one device in their order; what is switched off goes off first, and what is switched on goes on last, when all the rest has settled, so
 * that no light falls on what is still moving.
 */
import type { DeviceSetting } from '../../src-preload/contract/device-preset'

export interface SettingHands {
  /** Sets and waits; false: it was not there in time. */
  set(device: string, property: string, value: DeviceSetting['value']): Promise<boolean>
  /** Only waits. */
  settled(device: string, property: string, value: DeviceSetting['value']): Promise<boolean>
}

type InTurn = <T>(device: string, property: string, set: () => Promise<T>) => Promise<T>

/** The hands of a world, which sets a property when its device may be touched. */
export const settingHands = (world: SettingHands, inTurn: InTurn): SettingHands => ({
  set: (device, property, value) => inTurn(device, property, () => world.set(device, property, value)),
  settled: (device, property, value) => world.settled(device, property, value)
})

/** Answers what was not there in time. Throws what a device refuses, when no other is still being set; what comes after it is left as it is. */
export async function applySettings(
  settings: readonly DeviceSetting[],
  hands: SettingHands
): Promise<readonly DeviceSetting[]> {
  const off = settings.filter(({ value }) => value === false)
  const on = settings.filter(({ value }) => value === true)
  const values = settings.filter(({ value }) => typeof value !== 'boolean')
  const late = new Set<DeviceSetting>()
  const set = async (one: DeviceSetting): Promise<void> => {
    const { device, property, value } = one
    if (!(await hands.set(device, property, value)) || !(await hands.settled(device, property, value)))
      late.add(one)
  }
  for (const part of [off, values, on]) await sideBySide(part, set)
  // What a light gives is right only after it is on.
  const lit = new Set(on.map(({ device }) => device))
  await sideBySide(
    values.filter((one) => lit.has(one.device) && !late.has(one)),
    async (one) => {
      if (!(await hands.settled(one.device, one.property, one.value))) late.add(one)
    }
  )
  return settings.filter((one) => late.has(one))
}

async function sideBySide(
  settings: readonly DeviceSetting[],
  work: (one: DeviceSetting) => Promise<void>
): Promise<void> {
  const devices = [...new Set(settings.map(({ device }) => device))]
  const outcomes = await Promise.allSettled(
    devices.map(async (device) => {
      for (const one of settings.filter((setting) => setting.device === device)) await work(one)
    })
  )
  const failed = outcomes.find((outcome): outcome is PromiseRejectedResult => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
