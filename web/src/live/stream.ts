// The service's events, as long as the page lives.
//
// A broken connection is resumed by the browser with the number of the last event it saw. Where the browser gives up
// (it does when it gets an error for an answer) a new one is opened after that number.

import type { Event } from '@/api/types'

export type StreamState = 'connecting' | 'open' | 'lost'

export interface StreamParts {
  last_seq: () => number
  opened: () => void
  state: (state: StreamState) => void
  event: (event: Event) => void
}

const REOPEN_MS = 3_000

/** Follows the events until the returned function is called. */
export const follow_events = (parts: StreamParts): (() => void) => {
  let source: EventSource | null = null
  let timer: number | undefined
  const open = (): void => {
    const after = parts.last_seq()
    source = new EventSource(after > 0 ? `/api/events?after=${after}` : '/api/events')
    source.onopen = () => {
      parts.state('open')
      parts.opened()
    }
    source.onmessage = (message: MessageEvent<string>) => parts.event(JSON.parse(message.data) as Event)
    source.onerror = () => {
      parts.state('lost')
      if (source?.readyState === EventSource.CLOSED) timer = window.setTimeout(open, REOPEN_MS)
    }
  }
  const reopen = (): void => {
    window.clearTimeout(timer)
    source?.close()
    open()
  }
  // A cable pulled breaks no connection; the browser knows of it at once.
  const unplugged = (): void => {
    window.clearTimeout(timer)
    source?.close()
    parts.state('lost')
  }
  window.addEventListener('offline', unplugged)
  window.addEventListener('online', reopen)
  parts.state('connecting')
  open()
  return () => {
    window.removeEventListener('offline', unplugged)
    window.removeEventListener('online', reopen)
    window.clearTimeout(timer)
    source?.close()
  }
}
