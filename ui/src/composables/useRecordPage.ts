import { onBeforeUnmount, ref } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate, useRouter } from 'vue-router'
import { get } from '@/api/client'
import type { Action, Rec } from '@/api/contract'
import { plainResource } from '@/api/plain'
import type { Command } from '@/lib/keymap'
import { keepPage } from '@/lib/place'
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
  const of = store.resource(name) ?? plainResource({})
  const listAt = `/r/${name}`
  const sheet = useSheet(of, given === 'new' ? null : Number(given))
  let holding = false
  let leaving = false
  let gone = false
  const record = useRecord(sheet, (at, quietly) => {
    if (quietly) return settleAt(at)
    if (!holding) void router.replace(at ? `${listAt}/${at}` : listAt)
  })

  /** The address of a sheet that was stored by itself becomes that of its draft; who is about to leave is not called back. */
  function settleAt(at: number): unknown {
    if (gone) return
    own.saved?.(at)
    if (leaving || router.currentRoute.value.path !== `${listAt}/new`) return
    keepPage(`${listAt}/${at}`)
    return router.replace(`${listAt}/${at}`)
  }
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
    const page = elsewhere(name, action, sheet.id)
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
    return (
      sheet.id === null || date === store.today || new Date(String(made)).toDateString() === new Date().toDateString()
    )
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
    if (sheet.id !== null) await router.push(to)
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
    const now = await get<Rec>(`${of.path}/${sheet.id}`).catch(() => null)
    if (now) sheet.rec.value.$gate = now.$gate
  }

  const { bound } = useKeyMap()
  useKeys(() => ({
    ...bound<() => unknown>({
      ...(sheet.editable.value ? { save: () => void save(), saveNext: () => void hold() } : {}),
      ...(sheet.modifying.value ? { main: () => void save() } : {}),
      ...(sheet.id === null || of.can?.includes('create')
        ? { new: () => void router.push(sheet.id === null ? listAt : `${listAt}/new`) }
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
  onBeforeUnmount(() => {
    gone = true
    removeEventListener('beforeunload', beforeUnload)
  })

  /** What was typed is given up; of a draft that came of itself nothing stays, and an empty sheet takes its place. */
  async function discard(): Promise<void> {
    if (!(await record.discard())) await router.replace(`${listAt}/new`)
  }

  onBeforeRouteUpdate((to, from) => {
    leaving = to.path !== from.path && to.path !== `${listAt}/${sheet.id}`
  })
  onBeforeRouteLeave(async () => {
    if (!store.session) return true
    leaving = true
    leaving = await record.leave()
    // What was stored meanwhile gets its address when the router is back where it was.
    if (!leaving) setTimeout(() => sheet.id !== null && settleAt(sheet.id), 100)
    return leaving
  })

  return {
    get id() {
      return sheet.id
    },
    discard,
    of,
    listAt,
    sheet,
    record,
    modify,
    rail,
    save,
    hold,
    nextAt,
    remove,
    acted,
  }
}
