// The one way to the service: the generated client, with every failure made a value.

import createClient from 'openapi-fetch'
import type { Problem } from './types'
import type { paths } from './schema'

export const api = createClient<paths>({ baseUrl: '' })

/** What went wrong: the service's own problem, or that no sensible answer came at all. */
export interface Failure {
  code: Problem['code'] | 'unreachable'
  fields: NonNullable<Problem['fields']>
  retry_after_s: number | null
}

export type Result<T> = { ok: true; value: T } | { ok: false; failure: Failure }

interface Answer<T> {
  data?: T | undefined
  error?: unknown
  response: Response
}

const UNREACHABLE: Failure = { code: 'unreachable', fields: [], retry_after_s: null }

let signed_out = (): void => undefined

/** What to do when the service no longer knows who is asking. */
export const on_signed_out = (action: () => void): void => {
  signed_out = action
}

const is_problem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && typeof (body as { code?: unknown }).code === 'string'

/** Waits for an answer of the client and makes of it a value or a failure; never throws. */
export const ask = async <T>(answer: Promise<Answer<T>>): Promise<Result<T>> => {
  try {
    const { data, error, response } = await answer
    if (response.ok) return { ok: true, value: data as T }
    // A proxy's error page is not the service's answer.
    if (!is_problem(error)) return { ok: false, failure: UNREACHABLE }
    if (error.code === 'not_signed_in') signed_out()
    const { code, fields, retry_after_s } = error
    return { ok: false, failure: { code, fields: fields ?? [], retry_after_s: retry_after_s ?? null } }
  } catch {
    return { ok: false, failure: UNREACHABLE }
  }
}
