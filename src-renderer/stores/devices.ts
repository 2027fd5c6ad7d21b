/** Devices as main reports them, with the time each report came, so that ages keep growing between reports. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type {
  DeviceStatus,
  InstrumentKind,
  PropertyState,
  SerialPortInfo
} from '../../src-preload/contract/device'
import { call, on } from '../client'

export interface Reading {
  readonly id: string
  readonly device: DeviceStatus
  readonly property: PropertyState
}

export const useDevices = defineStore('devices', () => {
  const list = shallowRef<readonly DeviceStatus[]>([])
  const reportedAt = ref(0)
  const ports = shallowRef<readonly SerialPortInfo[]>([])
  const kinds = shallowRef<readonly InstrumentKind[]>([])
  const selected = ref<string | null>(null)

  function take(devices: readonly DeviceStatus[]): void {
    list.value = devices
    reportedAt.value = performance.now()
  }
  const replace = (device: DeviceStatus): void => {
    const known = list.value.some(({ id }) => id === device.id)
    take(known ? list.value.map((old) => (old.id === device.id ? device : old)) : [...list.value, device])
  }

  /** Every property that is worth a place beside the picture: what enters the frames' records. */
  const readings = computed<readonly Reading[]>(() =>
    list.value.flatMap((device) =>
      device.properties
        .filter((property) => property.recordKey !== undefined)
        .map((property) => ({ id: `${device.id}/${property.key}`, device, property }))
    )
  )

  /** Undefined while its device is away. */
  const property = (device: string, key: string): PropertyState | undefined =>
    list.value.find(({ id }) => id === device)?.properties.find((one) => one.key === key)

  async function load(): Promise<void> {
    on('devices.changed', take)
    take(await call('devices.list'))
  }

  const findPorts = async (): Promise<void> => {
    ports.value = await call('devices.ports')
    if (kinds.value.length === 0) kinds.value = await call('devices.kinds')
  }

  async function connect(port: string, kind?: string, folder?: string): Promise<void> {
    const device = await call('devices.connect', {
      port,
      ...(kind === undefined ? {} : { kind }),
      ...(folder === undefined ? {} : { folder })
    })
    replace(device)
    selected.value = device.id
  }

  const disconnect = async (device: string): Promise<void> => {
    await call('devices.disconnect', { device })
  }

  const set = async (device: string, property: string, value: number | string | boolean): Promise<void> => {
    replace(await call('devices.set', { device, property, value }))
  }

  return {
    list,
    reportedAt,
    ports,
    kinds,
    selected,
    readings,
    property,
    load,
    findPorts,
    connect,
    disconnect,
    set
  }
})
