/** From settings and the chosen trigger device to the request for a run, or to what is still missing for one. */
import type { DeviceStatus } from '../../src-preload/contract/device'
import type { Argument } from '../../src-preload/contract/commands'
import type { PreflightLine, RunPhase, TriggerChoice } from '../../src-preload/contract/run'
import { withoutThumbnails } from '../../src-preload/contract/multi-d'
import type { Settings } from '../../src-preload/contract/settings'
import { strings } from '../strings'

export const isActive = (phase: RunPhase): boolean =>
  phase === 'starting' || phase === 'running' || phase === 'paused' || phase === 'finishing'

/** Devices with a trigger line. */
/** Real instruments first: who has connected one means it. */
export const triggerDevices = (devices: readonly DeviceStatus[]): DeviceStatus[] => {
  const found = devices.filter((device) => device.kinds.includes('trigger') && device.state !== 'absent')
  const real = (device: DeviceStatus): boolean => device.proof !== 'simulated'
  return [...found.filter(real), ...found.filter((device) => !real(device))]
}

export type Request =
  | { readonly kind: 'ready'; readonly request: Argument<'run.start'> }
  | { readonly kind: 'missing'; readonly lines: readonly PreflightLine[] }

function triggerOf(settings: Settings, device: string | null): TriggerChoice | null {
  switch (settings.triggerKind) {
    case 'manual':
      return { kind: 'manual' }
    case 'interval':
      return { kind: 'interval', everyMs: settings.intervalMs }
    case 'multi-d':
      return { kind: 'multi-d', plan: withoutThumbnails(settings.multiD) }
    case 'serial':
      return device === null ? null : { kind: 'serial', device }
  }
}

const stop = (id: PreflightLine['id'], text: string, fix: string): PreflightLine => ({
  id,
  level: 'stop',
  text,
  fix
})

export function runRequest(settings: Settings, triggerDevice: string | null): Request {
  const lines: PreflightLine[] = []
  const trigger = triggerOf(settings, triggerDevice)
  if (settings.folder.trim() === '')
    lines.push(stop('disk', strings.preflight.noFolder, strings.preflight.chooseFolder))
  if (settings.prefix.trim() === '')
    lines.push(stop('name', strings.preflight.noName, strings.preflight.typeName))
  if (trigger === null)
    lines.push(stop('trigger', strings.preflight.noTrigger, strings.preflight.connectTrigger))
  if (trigger === null || lines.length > 0) return { kind: 'missing', lines }
  const { folder, prefix, format, frames, seconds, fullPool } = settings
  return {
    kind: 'ready',
    request: {
      folder,
      prefix,
      format,
      trigger,
      frames,
      seconds,
      fullPool
    }
  }
}
