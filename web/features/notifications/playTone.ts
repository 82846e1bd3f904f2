/** playTone: a short sound made on the spot, different for good and bad news. */
import type { NotificationTone } from "../../state/notifications.ts"

/** Frequencies in hertz, one after the other. */
const MELODIES: Readonly<Record<NotificationTone, ReadonlyArray<number>>> = {
  neutral: [660],
  good: [660, 880],
  bad: [440, 330],
  warning: [520, 520, 520]
}
const NOTE_SECONDS = 0.12
const VOLUME = 0.08

let audio: AudioContext | undefined

export const playTone = (tone: NotificationTone): void => {
  audio ??= new AudioContext()
  const begin = audio.currentTime
  for (const [index, frequency] of MELODIES[tone].entries()) {
    const note = audio.createOscillator()
    const volume = audio.createGain()
    const at = begin + index * NOTE_SECONDS * 1.3
    note.frequency.value = frequency
    volume.gain.setValueAtTime(VOLUME, at)
    volume.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_SECONDS)
    note.connect(volume).connect(audio.destination)
    note.start(at)
    note.stop(at + NOTE_SECONDS)
  }
}
