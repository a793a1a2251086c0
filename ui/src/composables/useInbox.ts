import { computed, ref, shallowRef } from 'vue'
import { ask, get } from '@/api/client'
import type { InboxAction } from '@/api/contract'
import { actName, type ApprovalItem, type BatchAnswer, type InboxPage } from '@/api/approval'
import { many, t } from '@/i18n'
import { complain, note, say } from '@/lib/notify'
import { uuid } from '@/lib/uuid'
import { useSession } from '@/stores/session'
import { useDecide } from './useDecide'

export type Box = 'todo' | 'decided' | 'mine' | 'copied' | 'all'

/** One box of the inbox, and what can be done with what stands in it. */
export function useInbox() {
  const store = useSession()
  const box = ref<Box>('todo')
  const items = shallowRef<ApprovalItem[] | null>(null)
  const next = ref<string | null>(null)
  const chosen = ref(new Set<number>())
  const decide = useDecide()
  const { busy, pending, prepare } = decide
  let asked = 0

  /** What an action asks for need not travel with every line: the description of requests knows it. */
  function whole(item: ApprovalItem): ApprovalItem {
    const known = new Map(store.resource('approval.request')?.actions?.map((one) => [one.name, one]))
    const actions = item.actions?.map((what) => {
      const action = known.get(actName(what))
      return { ...what, input: what.input ?? action?.input, confirm: what.confirm ?? action?.confirm }
    })
    return { ...item, ...(actions ? { actions } : {}) }
  }

  async function load(more = false): Promise<void> {
    const mine = ++asked
    try {
      const page = await get<InboxPage>('/api/v1/inbox', { box: box.value, cursor: more ? next.value : null })
      if (mine !== asked) return
      items.value = [...(more ? (items.value ?? []) : []), ...(page.items ?? []).map(whole)]
      next.value = page.next ?? null
      // What waits for me, whichever box is open.
      if (page.total !== undefined) store.waiting = page.total
    } catch (error) {
      if (mine !== asked) return
      items.value ??= []
      complain(error)
    }
  }

  async function open(which: Box): Promise<void> {
    box.value = which
    items.value = null
    chosen.value = new Set()
    await load()
  }

  /** Takes what was decided out of the list; the rest stays where it is under the thumb. */
  function drop(ids: Set<number>) {
    items.value = (items.value ?? []).filter((one) => !ids.has(Number(one.id)))
    for (const id of ids) chosen.value.delete(id)
    store.waiting = Math.max(0, store.waiting - ids.size)
  }

  const deciding = new Set(['agree', 'refuse', 'send_back', 'hand_over'])

  async function act(item: ApprovalItem, what: InboxAction): Promise<void> {
    const outcome = await decide.act(item, what)
    if (outcome === 'left') return
    const gone = outcome === 'done' && box.value === 'todo' && item.id !== undefined && deciding.has(actName(what))
    if (gone) drop(new Set([item.id!]))
    // Refused: somebody else was first, or the document is another by now. Show how it stands.
    if (!gone || items.value?.length === 0) await load()
  }

  const agreeOf = (item: ApprovalItem) => item.actions?.find((one) => actName(one) === 'agree')
  const pickable = computed(() => (items.value ?? []).filter((one) => one.id !== undefined && agreeOf(one)))
  const picked = computed(() => pickable.value.filter((one) => chosen.value.has(Number(one.id))))

  function pick(item: ApprovalItem) {
    const id = Number(item.id)
    if (!chosen.value.delete(id)) chosen.value.add(id)
  }

  function pickAll() {
    const all = picked.value.length === pickable.value.length
    chosen.value = new Set(all ? [] : pickable.value.map((one) => Number(one.id)))
  }

  /** Agrees to all that are ticked, with one opinion; those that could not be are named with the reason. */
  async function agreeAll(): Promise<void> {
    const list = picked.value
    const what = list[0] && agreeOf(list[0])
    if (!what || busy.value) return
    const input = await prepare(what, list)
    if (!input) return
    busy.value = true
    try {
      const ids = list.map((one) => Number(one.id))
      const body = { ids, act: 'agree', opinion: input.opinion ?? '' }
      const { data } = await ask<BatchAnswer>('POST', '/api/v1/approval/batch', { body, key: uuid() })
      const answers = data.items ?? []
      const done = new Set(answers.filter((one) => one.ok).map((one) => one.id))
      if (done.size) say(t('list.bulkDone', { ...many(done.size), action: what.label }))
      const failed = answers.filter((one) => !one.ok)
      if (failed.length) {
        const named = failed.slice(0, 3).map((one) => {
          const label = list.find((item) => item.id === one.id)?.label ?? String(one.id)
          return t('inbox.failed', { label, why: one.detail ?? '' })
        })
        note([t('list.bulkFailed', many(failed.length)), ...named].join(' '))
      }
      drop(done)
      chosen.value = new Set()
      if (failed.length || items.value?.length === 0) await load()
    } catch (error) {
      decide.keep(what, input)
      complain(error)
    } finally {
      busy.value = false
    }
  }

  /** A copy that was opened is no longer new. Nothing is said when that cannot be noted. */
  async function read(item: ApprovalItem): Promise<void> {
    const what = item.actions?.find((one) => actName(one) === 'mark_read')
    if (!item.unread || !what) return
    items.value = (items.value ?? []).map((one) => (one === item ? { ...one, unread: false } : one))
    await ask('POST', what.path, { body: {}, key: uuid(), version: what.version }).catch(() => {})
  }

  return { box, items, next, busy, chosen, pending, pickable, picked, load, open, act, pick, pickAll, agreeAll, read }
}
