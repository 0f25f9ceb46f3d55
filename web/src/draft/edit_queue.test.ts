import { expect, test } from 'vitest'
import type { Draft } from '@/api/types'
import { EditQueue, type PendingEdit, type SendOutcome } from './edit_queue'

const draft = (revision: number, title: string): Draft => ({
  call_id: 'c1',
  revision,
  fields: { title: { value: title, confidence: 0.9, filled_by: 'machine', evidence: [], reason: '' } },
  categories: [],
})

class Bench {
  stored = new Map<string, string>()
  sent: PendingEdit[] = []
  accepted: Draft[] = []
  refused: string[] = []
  retries: { action: () => void; delay_ms: number }[] = []
  answers: SendOutcome[] = []
  private ids = 0

  queue(): EditQueue {
    return new EditQueue({
      storage: {
        getItem: (key) => this.stored.get(key) ?? null,
        setItem: (key, value) => void this.stored.set(key, value),
        removeItem: (key) => void this.stored.delete(key),
      },
      storage_key: 'edits',
      send: (edit) => {
        this.sent.push(edit)
        return Promise.resolve(this.answers.shift() ?? { kind: 'accepted', draft: draft(9, edit.value) })
      },
      accepted: (known) => void this.accepted.push(known),
      refused: (_edit, code) => void this.refused.push(code),
      new_id: () => `e${(this.ids += 1)}`,
      later: (action, delay_ms) => void this.retries.push({ action, delay_ms }),
    })
  }
}

test('what is typed is shown at once and sent when the field is left', async () => {
  const bench = new Bench()
  const queue = bench.queue()
  queue.type('c1', 4, 'title', '下水')
  queue.type('c1', 4, 'title', '下水道堵塞')
  expect(bench.sent).toEqual([])
  const shown = queue.overlay(draft(4, '机器'), 'c1')?.fields.title
  expect([shown?.value, shown?.filled_by]).toEqual(['下水道堵塞', 'agent'])
  queue.commit('c1', 'title')
  expect(await queue.flush('c1')).toBe(true)
  expect(bench.sent.map((edit) => [edit.value, edit.on_revision])).toEqual([['下水道堵塞', 4]])
  expect(bench.stored.size).toBe(0)
})

test('a machine draft that arrives while typing does not show through', () => {
  const queue = new Bench().queue()
  queue.type('c1', 4, 'title', '我写的')
  expect(queue.overlay(draft(7, '机器又写了'), 'c1')?.fields.title?.value).toBe('我写的')
})

test('a reload finds what was typed and sends it with the same identity', async () => {
  const bench = new Bench()
  bench.queue().type('c1', 4, 'title', '没写完')
  const after = bench.queue()
  expect(after.overlay(draft(5, '机器'), 'c1')?.fields.title?.value).toBe('没写完')
  expect(await after.flush('c1')).toBe(true)
  expect(bench.sent.map((edit) => edit.id)).toEqual(['e1'])
})

test('without a network edits wait, are kept, and go out later in order', async () => {
  const bench = new Bench()
  bench.answers = [{ kind: 'unreachable' }]
  const queue = bench.queue()
  queue.set('c1', 4, 'title', '一')
  queue.set('c1', 4, 'place', '二')
  expect(await queue.flush('c1')).toBe(false)
  expect(queue.waiting.value).toBe(true)
  expect(bench.stored.size).toBe(1)
  expect(bench.retries.length).toBeGreaterThan(0)
  bench.retries[0]?.action()
  expect(await queue.flush('c1')).toBe(true)
  expect(queue.waiting.value).toBe(false)
  expect(bench.sent.map((edit) => edit.value)).toEqual(['一', '一', '二'])
  expect(new Set(bench.sent.slice(0, 2).map((edit) => edit.id)).size).toBe(1)
})

test('a correction after an unanswered edit is an edit of its own', async () => {
  const bench = new Bench()
  bench.answers = [{ kind: 'unreachable' }]
  const queue = bench.queue()
  queue.set('c1', 4, 'title', '一')
  await queue.flush('c1')
  queue.set('c1', 4, 'title', '二')
  expect(queue.overlay(null, 'c1')?.fields.title?.value).toBe('二')
  expect(await queue.flush('c1')).toBe(true)
  expect(bench.sent.map((edit) => [edit.id, edit.value])).toEqual([
    ['e1', '一'],
    ['e1', '一'],
    ['e2', '二'],
  ])
})

test('a refused edit leaves the queue and is said', async () => {
  const bench = new Bench()
  bench.answers = [{ kind: 'refused', code: 'already_confirmed' }]
  const queue = bench.queue()
  queue.set('c1', 4, 'title', '晚了')
  await queue.flush('c1')
  expect(bench.refused).toEqual(['already_confirmed'])
  expect(queue.pending.value).toEqual([])
})

test('storage with something else in it is no reason to fail', () => {
  const bench = new Bench()
  bench.stored.set('edits', '{broken')
  expect(bench.queue().pending.value).toEqual([])
})
