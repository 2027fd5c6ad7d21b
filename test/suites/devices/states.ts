import type { DeviceState } from '../../../src-preload/contract/device'

export const DEVICE_STATES: readonly DeviceState[] = ['absent', 'opening', 'ready', 'busy', 'error', 'lost']
