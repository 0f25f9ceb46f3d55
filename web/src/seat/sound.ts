// The seat's sound in the page: the microphone with what the browser does for it, the level of a stream, the ringing.

/** What a person chose, kept in this browser. */
export interface SoundChoice {
  microphone: string
  speaker: string
  /** 0 to 1. */
  volume: number
  /** Takes echo and noise out of what the microphone hears; needed without a headset. */
  cleaning: boolean
}

const KEPT_AS = 'jiesu.seat.sound'

export const kept_choice = (): SoundChoice => {
  const standard: SoundChoice = { microphone: '', speaker: '', volume: 1, cleaning: true }
  try {
    return { ...standard, ...(JSON.parse(window.localStorage.getItem(KEPT_AS) ?? '{}') as Partial<SoundChoice>) }
  } catch {
    return standard
  }
}

export const keep_choice = (choice: SoundChoice): void => window.localStorage.setItem(KEPT_AS, JSON.stringify(choice))

/** The microphone chosen, or another where that one is gone. */
export const open_microphone = async ({ microphone, cleaning }: SoundChoice): Promise<MediaStream> => {
  const audio: MediaTrackConstraints = {
    channelCount: 1,
    echoCancellation: cleaning,
    noiseSuppression: cleaning,
    autoGainControl: cleaning,
    ...(microphone ? { deviceId: { ideal: microphone } } : {}),
  }
  return navigator.mediaDevices.getUserMedia({ audio })
}

let shared: AudioContext | null = null

/** The one context of the page; it runs once the person touched the page or the microphone is open. */
export const audio_context = (): AudioContext => {
  shared ??= new AudioContext()
  if (shared.state === 'suspended') void shared.resume()
  return shared
}

/** How loud a stream is, 0 to 1 over 60 dB, each time it is asked. */
export const level_of = (stream: MediaStream): { level: () => number; stop: () => void } => {
  const context = audio_context()
  const source = context.createMediaStreamSource(stream)
  const analyser = context.createAnalyser()
  source.connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  return {
    level: () => {
      analyser.getFloatTimeDomainData(samples)
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
      return Math.min(1, Math.max(0, (10 * Math.log10(power + 1e-12) + 60) / 60))
    },
    stop: () => source.disconnect(),
  }
}

/** Rings until stopped: two tones, a second in three, on the speaker of the system. */
export const ring = (volume: number): (() => void) => {
  const context = audio_context()
  const gain = context.createGain()
  gain.gain.value = 0
  gain.connect(context.destination)
  const tones = [440, 480].map((hz) => {
    const tone = context.createOscillator()
    tone.frequency.value = hz
    tone.connect(gain)
    tone.start()
    return tone
  })
  const sound = (): void => {
    const now = context.currentTime
    gain.gain.setTargetAtTime(0.12 * volume, now, 0.01)
    gain.gain.setTargetAtTime(0, now + 1, 0.01)
  }
  sound()
  const timer = window.setInterval(sound, 3_000)
  return () => {
    window.clearInterval(timer)
    for (const tone of tones) tone.stop()
    gain.disconnect()
  }
}

/** Records so long by the microphone; the recording's address. */
export const record = async (stream: MediaStream, length_ms: number): Promise<string> => {
  const recorder = new MediaRecorder(stream)
  const pieces: Blob[] = []
  recorder.ondataavailable = ({ data }) => pieces.push(data)
  const stopped = new Promise((done) => (recorder.onstop = done))
  recorder.start()
  window.setTimeout(() => recorder.stop(), length_ms)
  await stopped
  return URL.createObjectURL(new Blob(pieces, { type: recorder.mimeType }))
}
