/** A sound for a run that stands still: three short tones, again every ten seconds while it lasts. Made here, so that it needs no file. */
import { onScopeDispose, watch } from 'vue'

const AGAIN_MS = 10_000

export function useAlarm(sounding: () => boolean): void {
  let context: AudioContext | null = null
  let timer: ReturnType<typeof setInterval> | undefined

  function sound(): void {
    context ??= new AudioContext()
    for (const [i, hertz] of [880, 880, 660].entries()) {
      const at = context.currentTime + i * 0.28
      const tone = context.createOscillator()
      const volume = context.createGain()
      tone.frequency.value = hertz
      volume.gain.setValueAtTime(0.0001, at)
      volume.gain.exponentialRampToValueAtTime(0.2, at + 0.02)
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.22)
      tone.connect(volume).connect(context.destination)
      tone.start(at)
      tone.stop(at + 0.24)
    }
  }
  const stop = (): void => clearInterval(timer)
  watch(sounding, (on) => {
    stop()
    if (!on) return
    sound()
    timer = setInterval(sound, AGAIN_MS)
  })
  onScopeDispose(() => {
    stop()
    void context?.close()
  })
}
