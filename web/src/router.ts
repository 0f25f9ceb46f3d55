// Which page stands at which address, and for whom.

import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { on_signed_out } from './api/client'
import type { MessageKey } from './i18n'
import type { Role } from './api/types'
import { useLive } from './live/live'
import { home_of, usePerson } from './live/person'

declare module 'vue-router' {
  interface RouteMeta {
    // Who may open it; everybody who is signed in where it is absent. The service decides, this only spares a no.
    roles?: readonly Role[]
    public?: boolean
    // What the window is called.
    title?: MessageKey
  }
}

const HOTLINE: readonly Role[] = ['agent', 'supervisor']
const READERS: readonly Role[] = ['agent', 'supervisor', 'department']

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: () => import('./shell/NotFound.vue') },
  { path: '/sign-in', name: 'sign-in', component: () => import('./signin/SignInPage.vue'), meta: { public: true, title: 'sign_in.title' } },
  {
    path: '/desk/:call_id?',
    name: 'desk',
    component: () => import('./desk/DeskPage.vue'),
    props: true,
    // A supervisor has a desk for a call that the supervisor took over.
    meta: { roles: HOTLINE, title: 'desk.title' },
  },
  { path: '/calls', name: 'calls', component: () => import('./calls/CallsPage.vue'), meta: { roles: HOTLINE, title: 'calls.title' } },
  {
    path: '/calls/:call_id',
    name: 'call',
    component: () => import('./calls/CallPage.vue'),
    props: true,
    meta: { roles: HOTLINE, title: 'call.title' },
  },
  { path: '/wall', name: 'wall', component: () => import('./wall/WallPage.vue'), meta: { roles: ['supervisor'], title: 'wall.title' } },
  { path: '/tickets', name: 'tickets', component: () => import('./tickets/TicketsPage.vue'), meta: { roles: READERS, title: 'tickets.title' } },
  {
    path: '/tickets/:ticket_id',
    name: 'ticket',
    component: () => import('./tickets/TicketPage.vue'),
    props: true,
    meta: { roles: READERS, title: 'ticket.title' },
  },
  { path: '/search', name: 'search', component: () => import('./search/SearchPage.vue'), meta: { roles: HOTLINE, title: 'search.title' } },
  { path: '/status', name: 'status', component: () => import('./status/StatusPage.vue'), meta: { title: 'status.title' } },
  { path: '/:rest(.*)*', name: 'not-found', component: () => import('./shell/NotFound.vue'), meta: { title: 'not_found.title' } },
]

export const router = createRouter({ history: createWebHistory(), routes })

router.beforeEach(async (to) => {
  const user = await usePerson().load()
  if (to.meta.public) return user ? home_of(user.role) : true
  if (!user) return { name: 'sign-in', query: to.path === '/' ? {} : { then: to.fullPath } }
  const forbidden = to.meta.roles !== undefined && !to.meta.roles.includes(user.role)
  if (to.name === 'home' || forbidden) return home_of(user.role)
  useLive().start(user)
  return true
})

on_signed_out(() => {
  const { user, forget } = usePerson()
  if (!user.value) return
  forget()
  useLive().stop()
  void router.push({ name: 'sign-in', query: { then: router.currentRoute.value.fullPath, expired: '1' } })
})
