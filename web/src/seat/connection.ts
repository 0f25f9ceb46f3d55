// The page's one audio connection to the service: made at once, and made anew whenever it breaks. The service takes
// the newest of a seat's connections, so the old one is let go only when the new one carries sound.

export type ConnectionState = 'connecting' | 'connected' | 'lost' | 'elsewhere'

export interface ConnectionParts {
  /** Sends our offer to the service; its answer, or nothing where there is none for now. */
  exchange: (offer: string) => Promise<string | null>
  state: (state: ConnectionState) => void
  heard: (stream: MediaStream) => void
}

// How long before another try; the last again and again.
const RETRY_MS = [200, 500, 1_000, 2_000]
// A connection that is not up by then is given up.
const SETUP_LIMIT_MS = 5_000

/** PCMA first, as the telephone has it: then no call is ever transcoded. */
const prefer_pcma = (transceiver: RTCRtpTransceiver): void => {
  const codecs = RTCRtpReceiver.getCapabilities('audio')?.codecs ?? []
  const wanted = ['audio/pcma', 'audio/telephone-event']
  const ours = codecs.filter(({ mimeType, clockRate }) => wanted.includes(mimeType.toLowerCase()) && clockRate === 8_000)
  transceiver.setCodecPreferences(ours)
}

export class SeatConnection {
  readonly #parts: ConnectionParts
  #track: MediaStreamTrack
  #current: RTCPeerConnection | null = null
  #coming: RTCPeerConnection | null = null
  #timer: number | undefined
  #tries = 0
  #closed = false

  constructor(track: MediaStreamTrack, parts: ConnectionParts) {
    this.#track = track
    this.#parts = parts
  }

  /** Connects now, whatever there is. */
  async connect(): Promise<void> {
    if (this.#closed) return
    window.clearTimeout(this.#timer)
    this.#coming?.close()
    const peer = new RTCPeerConnection()
    this.#coming = peer
    if (!this.#current) this.#parts.state('connecting')
    const transceiver = peer.addTransceiver(this.#track, { direction: 'sendrecv' })
    prefer_pcma(transceiver)
    peer.onconnectionstatechange = () => this.#changed(peer)
    peer.ontrack = ({ track }) => {
      if (peer === this.#coming) this.#parts.heard(new MediaStream([track]))
    }
    this.#timer = window.setTimeout(() => this.#again(peer), SETUP_LIMIT_MS)
    try {
      await peer.setLocalDescription(await peer.createOffer())
      const answer = await this.#parts.exchange(peer.localDescription?.sdp ?? '')
      if (peer !== this.#coming) return
      if (answer === null) return this.#again(peer)
      await peer.setRemoteDescription({ type: 'answer', sdp: answer })
      const dtls = transceiver.sender.transport
      if (dtls) dtls.onstatechange = () => this.#told_goodbye(peer, dtls)
    } catch {
      this.#again(peer)
    }
  }

  /** The network came back, or the service says that it does not hear us. */
  async renew(): Promise<void> {
    this.#tries = 0
    await this.connect()
  }

  /** Speaks by another microphone from now on. */
  async speak_by(track: MediaStreamTrack): Promise<void> {
    this.#track = track
    const senders = [this.#current, this.#coming].flatMap((peer) => peer?.getSenders() ?? [])
    await Promise.all(senders.map((sender) => sender.replaceTrack(track)))
  }

  close(): void {
    this.#closed = true
    window.clearTimeout(this.#timer)
    this.#coming?.close()
    this.#current?.close()
  }

  #changed(peer: RTCPeerConnection): void {
    const state = peer.connectionState
    if (peer === this.#coming && state === 'connected') {
      window.clearTimeout(this.#timer)
      const before = this.#current
      this.#current = peer
      this.#coming = null
      this.#tries = 0
      before?.close()
      this.#parts.state('connected')
    } else if (peer === this.#current && (state === 'disconnected' || state === 'failed')) {
      this.#parts.state('lost')
      void this.renew()
    } else if (peer === this.#coming && state === 'failed') this.#again(peer)
  }

  // Another page took the seat over, or the service stops: to come back at once would take it away again.
  #told_goodbye(peer: RTCPeerConnection, dtls: RTCDtlsTransport): void {
    if (dtls.state !== 'closed' || peer !== this.#current || this.#closed) return
    this.#current = null
    this.#coming?.close()
    this.#coming = null
    window.clearTimeout(this.#timer)
    this.#parts.state('elsewhere')
  }

  #again(peer: RTCPeerConnection): void {
    if (peer !== this.#coming || this.#closed) return
    peer.close()
    this.#coming = null
    window.clearTimeout(this.#timer)
    if (!this.#current) this.#parts.state('lost')
    const wait_ms = RETRY_MS[Math.min(this.#tries, RETRY_MS.length - 1)]
    this.#tries += 1
    this.#timer = window.setTimeout(() => void this.connect(), wait_ms)
  }
}
