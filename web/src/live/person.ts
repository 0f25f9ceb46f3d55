// Who is signed in.

import { readonly, ref } from 'vue'
import { api, ask, type Failure, type Result } from '@/api/client'
import type { Role, User } from '@/api/types'

const user = ref<User | null>(null)
let asked = false
// Why it is not known who is signed in, where the service did not say.
const unanswered = ref<Failure | null>(null)

/** Asks the service once who is signed in; later calls answer from memory. */
const load = async (): Promise<User | null> => {
  if (asked) return user.value
  const result = await ask(api.GET('/api/session'))
  // Without an answer nothing is known: the next page asks again.
  asked = result.ok || result.failure.code === 'not_signed_in'
  unanswered.value = asked || result.ok ? null : result.failure
  user.value = result.ok ? result.value : null
  return user.value
}

const sign_in = async (username: string, password: string): Promise<Result<User>> => {
  const result = await ask(api.POST('/api/session', { body: { username, password } }))
  if (result.ok) {
    asked = true
    unanswered.value = null
    user.value = result.value
  }
  return result
}

const sign_out = async (): Promise<void> => {
  await ask(api.DELETE('/api/session'))
  user.value = null
}

const forget = (): void => {
  user.value = null
}

export const usePerson = () => ({ user: readonly(user), unanswered: readonly(unanswered), load, sign_in, sign_out, forget })

/** The page that a role begins its day on. */
export const home_of = (role: Role): string =>
  ({ agent: '/desk', supervisor: '/calls', department: '/tickets', admin: '/status' })[role]
