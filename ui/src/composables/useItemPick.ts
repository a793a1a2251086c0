import { computed, onBeforeUnmount, ref, shallowRef } from 'vue'
import { get, isAbort } from '@/api/client'
import type { ItemAnswer, ItemRow, LastSheet } from '@/api/counter'
import { complain } from '@/lib/notify'
import { markedAt, toggled, typedInto, type Mark } from '@/lib/pick'
import type { Sheet } from './useSheet'

const parties = ['party', 'customer', 'supplier']

/** For whom a sheet is and from which warehouse, as far as that is chosen. */
export function about(sheet: Sheet): Record<string, string | number | undefined> {
  const chosen = (name?: string) => (name ? Number(sheet.rec.value[name]) || undefined : undefined)
  const field = (ref: string, names?: string[]) =>
    sheet.resource.fields.find((one) => one.ref === ref && (!names || names.includes(one.name)))?.name
  return {
    kind: sheet.resource.name,
    party: chosen(field('base.party', parties)),
    warehouse: chosen(field('base.warehouse')),
  }
}

/** What is offered: an item, or all lines of the party's last sheet. */
export type Offer = { row: ItemRow; again?: undefined } | { again: LastSheet; row?: undefined }

/** Looking for the items of a sheet: what was typed, what answers, what is marked. */
export function useItemPick(sheet: Sheet) {
  const text = ref('')
  /** The question that the offers answer; null before the first answer. */
  const asked = ref<string | null>(null)
  const offers = shallowRef<Offer[]>([])
  const active = ref(0)
  const marks = ref<Mark[]>([])
  const busy = ref(false)
  const rows = computed(() => offers.value.flatMap((one) => one.row ?? []))
  const usual = computed(() => asked.value === '' && offers.value.length > 0)
  const known = computed(() => about(sheet).party !== undefined)
  let running: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  onBeforeUnmount(() => {
    clearTimeout(timer)
    running?.abort()
  })

  /** Asks for what is typed, or for what the party usually buys; an older question still running is dropped. */
  async function load(): Promise<boolean> {
    clearTimeout(timer)
    running?.abort()
    const mine = new AbortController()
    running = mine
    const q = text.value.trim()
    if (q === '' && !known.value) {
      put(q, [])
      busy.value = false
      return true
    }
    busy.value = true
    try {
      const path = `/api/v1/counter/${q ? 'items' : 'usual'}`
      const answer = await get<ItemAnswer>(path, { ...(q ? { q } : {}), ...about(sheet) }, mine.signal)
      if (running !== mine) return false
      const list: Offer[] = answer.items.map((row) => ({ row }))
      put(q, answer.sheet ? [...list, { again: answer.sheet }] : list)
      return true
    } catch (error) {
      if (!isAbort(error)) complain(error)
      return false
    } finally {
      if (running === mine) busy.value = false
    }
  }

  function put(q: string, list: Offer[]) {
    offers.value = list
    asked.value = q
    active.value = 0
  }

  /** Typing never waits: the question goes out when the fingers rest. */
  function later() {
    clearTimeout(timer)
    timer = setTimeout(load, 120)
  }

  function move(by: number, more: number) {
    const count = offers.value.length + more
    if (count) active.value = (active.value + by + count) % count
  }

  const current = computed(() => offers.value[active.value]?.row)
  const marked = (id: number) => markedAt(marks.value, id) >= 0
  const mark = (row: ItemRow | undefined) => row && (marks.value = toggled(marks.value, row))
  const figure = (id: number, key: string) => (marks.value = typedInto(marks.value, id, key))

  function reset() {
    clearTimeout(timer)
    running?.abort()
    running = null
    busy.value = false
    offers.value = []
    marks.value = []
    asked.value = null
    active.value = 0
  }

  return {
    text,
    asked,
    offers,
    rows,
    usual,
    known,
    active,
    current,
    marks,
    marked,
    mark,
    figure,
    busy,
    load,
    later,
    move,
    reset,
  }
}
