import { onBeforeUnmount, ref } from 'vue'
import { onBeforeRouteLeave, useRouter } from 'vue-router'
import { get } from '@/api/client'
import type { Action, Rec } from '@/api/contract'
import { plainResource } from '@/api/plain'
import { t } from '@/i18n'
import type { Command } from '@/lib/keymap'
import { sure } from '@/lib/notify'
import { rest } from '@/lib/rest'
import { useSession } from '@/stores/session'
import { useKeyMap } from './useKeyMap'
import { useKeys } from './useKeys'
import { useMade } from './useMade'
import { useModify } from './useModify'
import { useRecord } from './useRecord'
import { useSheet } from './useSheet'

type Keys = Partial<Record<Command, () => unknown>>

/** What a page needs that is its own: what to settle before a save, and further keys. */
interface Own {
  settle: () => unknown
  /** Whether an action has to wait until somebody looked at something, which he is shown. */
  held?: (action: Action) => boolean
  /** The record was opened for modifying: where the cursor goes. */
  opened?: () => unknown
  /** The record was saved: what waited for it. */
  saved?: (id: number) => unknown
  keys?: () => Keys
}

/** Whose records decide what fields and what kinds of records there are: the description is read again after them. */
const shaping = ['system.custom_field', 'register.type']

/** Acts that ask more than a form can: where they are done line by line. */
function elsewhere(name: string, action: Action | null, id: number | null): string {
  if (name === 'stock.delivery' && action?.name === 'ship') return `/warehouse/out?sheet=${id}`
  return name === 'dispatch.run' && action?.name === 'stop' ? '/bring' : ''
}

export type RecordPage = ReturnType<typeof useRecordPage>

/** The life of one record on a page of its own: open, save, act, delete, leave without losing what was typed. */
export function useRecordPage(name: string, given: string, own: Own) {
  const router = useRouter()
  const store = useSession()
  const id = given === 'new' ? null : Number(given)
  const of = store.resource(name) ?? plainResource({})
  const listAt = `/r/${name}`
  const sheet = useSheet(of, id)
  let holding = false
  const record = useRecord(sheet, (at) => {
    if (!holding) void router.replace(at ? `${listAt}/${at}` : listAt)
  })
  const modify = useModify(sheet, {
    load: () => record.load(),
    settled: () => record.preview.settled(),
    stop: () => record.preview.stop(),
    standing: () => record.standing(),
  })
  const made = useMade()
  const rail = ref(false)

  async function save(action: Action | null = null): Promise<number> {
    await own.settle()
    if (action && own.held?.(action)) return 0
    if (action?.name === 'modify') return (modify.begin(), own.opened?.(), 0)
    if (sheet.modifying.value) return (await modify.weigh(), 0)
    const page = elsewhere(name, action, id)
    if (page) return (void router.push(page), 0)
    const now = await record.save(action)
    if (now && action) rest()
    if (now) own.saved?.(now)
    if (shaping.includes(name)) await store.loadMeta(true)
    if (now && action && of.states.length) void made.follow(of, now)
    return now
  }

  /** Whether the sheet was begun today, whatever it is dated: who looks at an old one does not mean to write into the past. */
  function ofToday(): boolean {
    const { date, created_at: made } = sheet.rec.value
    return id === null || date === store.today || new Date(String(made)).toDateString() === new Date().toDateString()
  }

  /** The way to the next sheet, which begins with the same place, person and day. */
  function nextAt(): string {
    const query = new URLSearchParams({ next: '1' })
    for (const one of ['warehouse', 'handler', 'date']) {
      const value = sheet.rec.value[one]
      if (value && (one !== 'date' || ofToday())) query.set(one, String(value))
    }
    return `${listAt}/new?${query.toString()}`
  }

  /** Puts the sheet aside as a draft, or finishes it by an action, and opens an empty one. False when it was refused. */
  async function hold(action: Action | null = null): Promise<boolean> {
    if (holding || sheet.modifying.value) return false
    const to = nextAt()
    holding = true
    await own.settle()
    if (action && own.held?.(action)) return (holding = false)
    const now = await record.save(action).finally(() => (holding = false))
    if (!now) return false
    own.saved?.(now)
    if (action) void made.follow(of, now)
    if (id !== null) await router.push(to)
    else {
      await record.load(Object.fromEntries(new URL(to, location.origin).searchParams))
      await router.replace(`${listAt}/new`)
    }
    return true
  }

  async function remove(): Promise<void> {
    if (!(await record.remove())) return
    if (shaping.includes(name)) await store.loadMeta(true)
    await router.replace(listAt)
  }

  /** Something was decided about the record; what is typed here stays. */
  async function acted(): Promise<void> {
    if (!sheet.dirty.value) return record.load()
    const now = await get<Rec>(`${of.path}/${id}`).catch(() => null)
    if (now) sheet.rec.value.$gate = now.$gate
  }

  const { bound } = useKeyMap()
  useKeys(() => ({
    ...bound<() => unknown>({
      ...(sheet.editable.value ? { save: () => void save(), saveNext: () => void hold() } : {}),
      ...(sheet.modifying.value ? { main: () => void save() } : {}),
      ...(id === null || of.can?.includes('create')
        ? { new: () => void router.push(id === null ? listAt : `${listAt}/new`) }
        : {}),
      ...own.keys?.(),
    }),
  }))

  function beforeUnload(event: BeforeUnloadEvent) {
    if (!sheet.dirty.value) return
    sheet.storeDraft()
    event.preventDefault()
  }
  addEventListener('beforeunload', beforeUnload)
  onBeforeUnmount(() => removeEventListener('beforeunload', beforeUnload))

  onBeforeRouteLeave(async () => {
    if (!sheet.dirty.value || !store.session) return true
    if (!(await sure({ text: t('record.leaveAsk'), yes: t('record.leave'), no: t('record.stay') }))) return false
    sheet.dropDraft()
    sheet.edits.clear()
    return true
  })

  return { id, of, listAt, sheet, record, modify, rail, save, hold, nextAt, remove, acted }
}
