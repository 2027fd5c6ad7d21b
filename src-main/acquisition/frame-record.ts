/** Makes the record of a frame from its exposure, the readings of all devices and what set it off. Unknown is absent, never 0 (M2). */
import type { FrameRecord, Json, KeyInfo } from '../../src-preload/contract/record'
import type { ExposureReport, MonoNs, Reading } from '../devices/device'
import type { RunClock } from './clock'
import type { RuleFrame } from './rules/actions'
import type { Fire, ProgramFrame } from './triggers'

/** Delays below this are the ordinary ones and not worth a key in every record. */
const LATE_MS = 5

export interface FrameFacts {
  readonly clock: RunClock
  readonly exposure: ExposureReport
  readonly readings: readonly Reading[]
  readonly fire: Fire
  readonly droppedBefore: number
  /** Keys that the user adds to every record; they come last and win. */
  readonly extra: FrameRecord
}

export function frameRecord({
  clock,
  exposure,
  readings,
  fire,
  droppedBefore,
  extra
}: FrameFacts): FrameRecord {
  const record: Record<string, Json> = {
    delta_t: clock.seconds(exposure.startedAt),
    exposure_time: exposure.exposureMs / 1000
  }
  const stale: string[] = []
  for (const reading of readings) {
    if (reading.stale) stale.push(`${reading.key.key} stale`)
    else record[reading.key.key] = reading.value
  }
  record.trigger_source = fire.source
  if (fire.rule !== undefined) Object.assign(record, ruleKeys(fire.rule, clock, exposure.startedAt))
  if (fire.program !== undefined) Object.assign(record, programKeys(fire.program, clock, exposure.startedAt))
  Object.assign(record, fire.planned)
  record.timestamp_utc = clock.utc(exposure.startedAt)
  const lateMs = Number(exposure.startedAt - fire.wantedAt) / 1e6
  if (lateMs > LATE_MS) record.late_ms = Math.round(lateMs * 1000) / 1000
  if (fire.sequence !== undefined) record.trigger_sequence = fire.sequence
  if (exposure.clock !== undefined) record.timestamp_source = exposure.clock
  if (exposure.cameraFrame !== undefined) record.camera_frame_id = exposure.cameraFrame
  if (exposure.cameraTicks !== undefined) record.camera_time_ticks = exposure.cameraTicks
  if (droppedBefore > 0) record.dropped_before = droppedBefore
  if (stale.length > 0) record.error_flags = stale
  return { ...record, ...extra }
}

/** What a frame remembers of the rule that asked for it (M6). */
export function ruleKeys(rule: RuleFrame, clock: RunClock, startedAt: MonoNs): FrameRecord {
  return {
    rule: rule.rule,
    ...(rule.value === null ? {} : { trigger_value: rule.value }),
    trigger_time: clock.seconds(rule.at),
    trigger_latency_ms: Math.round(Number(startedAt - rule.at) / 1e3) / 1e3,
    burst_index: rule.burstIndex
  }
}

/** What a frame remembers of the program that asked for it. */
function programKeys(
  { program, at, burstIndex }: ProgramFrame,
  clock: RunClock,
  startedAt: MonoNs
): FrameRecord {
  return {
    trigger_program: program,
    trigger_time: clock.seconds(at),
    trigger_latency_ms: Math.round(Number(startedAt - at) / 1e3) / 1e3,
    burst_index: burstIndex
  }
}

/** The keys that `frameRecord` makes by itself; readings bring their own. */
export const OWN_KEYS: readonly KeyInfo[] = [
  { key: 'delta_t', type: 'number', unit: 's', source: 'clock' },
  { key: 'exposure_time', type: 'number', unit: 's', source: 'camera' },
  { key: 'trigger_source', type: 'text', source: 'run' },
  { key: 'rule', type: 'text', source: 'run' },
  { key: 'position_name', type: 'text', source: 'run' },
  { key: 'focus_offset', type: 'number', unit: 'µm', source: 'run' },
  { key: 'channel', type: 'text', source: 'run' },
  { key: 'settled', type: 'boolean', source: 'run' },
  { key: 'trigger_program', type: 'text', source: 'run' },
  { key: 'trigger_value', type: 'number', source: 'run' },
  { key: 'trigger_time', type: 'number', unit: 's', source: 'clock' },
  { key: 'trigger_latency_ms', type: 'number', unit: 'ms', source: 'clock' },
  { key: 'burst_index', type: 'number', source: 'run' },
  { key: 'pretrigger', type: 'boolean', source: 'run' },
  { key: 'timestamp_utc', type: 'text', source: 'clock' },
  { key: 'late_ms', type: 'number', unit: 'ms', source: 'run' },
  { key: 'trigger_sequence', type: 'number', source: 'run' },
  { key: 'timestamp_source', type: 'text', source: 'run' },
  { key: 'camera_frame_id', type: 'number', source: 'camera' },
  { key: 'camera_time_ticks', type: 'number', source: 'camera' },
  { key: 'dropped_before', type: 'number', source: 'run' },
  { key: 'error_flags', type: 'json', source: 'run' }
]
