import { computed, ref, watch } from 'vue'
import { ApiError, get, isAbort, type Query } from '@/api/client'
import type { Page, Rec, Resource } from '@/api/contract'
import { t } from '@/i18n'
import { belongs, filtersOf, keyOf, newColumn, type Column } from '@/lib/board'
import { negate, sum } from '@/lib/decimal'
import type { Filter } from '@/lib/filters'
import { complain, note } from '@/lib/notify'
import { useSession } from '@/stores/session'
import { isWaiting, useAction } from './useAction'

const cardsAtOnce = 20

/** The records of a resource as cards in columns, for the same question as the list asks. */
export function useBoard(resource: Resource, question: () => Query, filters: () => Filter[]) {
  const store = useSession()
  const { pending, prepare, run } = useAction()
  const board = resource.board!
  const field = resource.fields.find((one) => one.name === board.column)!
  const action = resource.actions.find((one) => one.name === board.act)
  const columns = ref<Column[]>([])
  const failed = ref(false)
  const loading = ref(true)
  const moving = ref(new Set<number>())
  let running: AbortController | null = null

  const shown = computed(() => columns.value.filter((one) => !one.spare || one.count > 0))
  const columnAt = (key: string) => columns.value.find((one) => one.key === key)
  const columnOf = (card: Rec) => columns.value.find((one) => one.cards.some((other) => other.id === card.id))

  function movable(card: Rec): boolean {
    if (!action || moving.value.has(Number(card.id))) return false
    return !action.from.length || !card.state || action.from.includes(card.state)
  }

  /** The options of the field, or the records it refers to in the order they give themselves. */
  async function heads(signal: AbortSignal): Promise<Column[]> {
    const none = newColumn('', t('board.none'), true)
    if (!field.ref) return [none, ...(field.options ?? []).map((one) => newColumn(one.value, one.label, false))]
    const target = store.resource(field.ref)
    if (!target) return [none]
    const ordered = target.fields.some((one) => one.name === 'position' && one.sort)
    const page = await get<Page>(target.path, { sort: ordered ? 'position' : '', limit: 200 }, signal)
    const title = (one: Rec) => String(one[target.title] ?? one.id)
    return [none, ...page.items.map((one) => newColumn(String(one.id), title(one), one.active === false))]
  }

  function ask(column: Column, more: Query, signal?: AbortSignal): Promise<Page> {
    const filter = filtersOf(resource, column, filters())
    return get<Page>(resource.path, { ...question(), filter, ...more }, signal)
  }

  function tally(column: Column, page: Page) {
    column.count = page.total ?? 0
    column.over = page.more ?? false
    column.sum = page.totals?.[board.total] ?? ''
  }

  async function load(): Promise<void> {
    running?.abort()
    const { signal } = (running = new AbortController())
    failed.value = false
    loading.value = true
    try {
      const fresh = await heads(signal)
      await Promise.all(
        fresh.map(async (column) => {
          const page = await ask(column, { limit: cardsAtOnce, total: 1 }, signal)
          Object.assign(column, { cards: page.items, next: page.next ?? '', busy: false })
          tally(column, page)
        }),
      )
      columns.value = fresh
    } catch (error) {
      if (isAbort(error)) return
      failed.value = true
      complain(error)
    }
    loading.value = false
  }

  async function more(column: Column): Promise<void> {
    if (column.busy || !column.next) return
    column.busy = true
    try {
      const page = await ask(column, { cursor: column.next, limit: cardsAtOnce })
      const known = new Set(columns.value.flatMap((one) => one.cards.map((card) => card.id)))
      column.cards.push(...page.items.filter((one) => !known.has(one.id)))
      column.next = page.next ?? ''
    } catch (error) {
      complain(error)
    } finally {
      column.busy = false
    }
  }

  /** How many cards stand in a column and what they add up to is the server's to say. */
  async function count(...keys: string[]): Promise<void> {
    const some = keys.map(columnAt).filter((one) => one !== undefined)
    await Promise.all(
      some.map(async (column) => {
        const page = await ask(column, { sort: '', limit: 0, total: 1 }).catch(() => null)
        if (page) tally(column, page)
      }),
    )
  }

  /** The sum moves with the card; the server's own takes its place in a moment. */
  function add(column: Column, card: Rec, away = false) {
    const amount = String(card[board.total] ?? '')
    if (column.sum && amount) column.sum = sum([column.sum, away ? negate(amount) : amount])
  }

  function lift(card: Rec): { key: string; at: number } {
    const column = columnOf(card)
    if (!column) return { key: '', at: 0 }
    const at = column.cards.findIndex((one) => one.id === card.id)
    const [gone] = column.cards.splice(at, 1)
    column.count = Math.max(0, column.count - 1)
    add(column, gone!, true)
    return { key: column.key, at }
  }

  /** Puts a card where it says it belongs, at its place when it had one there. */
  function settle(card: Rec, key: string, at: number) {
    lift(card)
    const column = columnAt(key)
    if (!column || !belongs(resource, card, filters())) return
    column.cards.splice(Math.min(at, column.cards.length), 0, card)
    column.count++
    add(column, card)
  }

  /** A card that somebody else changed is shown as it is now; false when it is still as it was. */
  async function reload(card: Rec, at: number): Promise<boolean> {
    try {
      const fresh = await get<Rec>(`${resource.path}/${card.id}`)
      settle(fresh, keyOf(fresh[board.column]), at)
      return fresh.version !== card.version
    } catch {
      lift(card)
      return false
    }
  }

  /** Moves a card at once and takes it back when the server refuses. */
  async function move(card: Rec, to: Column): Promise<void> {
    const from = columnOf(card)
    if (!action || !from || from.key === to.key || !movable(card)) return
    const rest = action.input.filter((one) => one.name !== board.column)
    const asks = rest.some((one) => one.required) ? rest : []
    const input = await prepare({ ...action, input: asks }, String(card[resource.title] ?? ''))
    if (!input) return
    const target = to.key
    const { key, at } = lift(card)
    settle(card, target, 0)
    moving.value.add(Number(card.id))
    try {
      const value = field.ref ? Number(target) : target
      const { data } = await run(resource.path, card, action, { ...input, [board.column]: value })
      if (isWaiting(data)) {
        note(data.detail || t('record.waiting'))
        settle(card, key, at)
      } else settle(data, keyOf(data[board.column]), 0)
    } catch (error) {
      settle(card, key, at)
      const passed = error instanceof ApiError && [404, 409].includes(error.status)
      if (passed && (await reload(card, at))) note(t('board.changed', { label: String(card[resource.title] ?? '') }))
      else complain(error)
    } finally {
      moving.value.delete(Number(card.id))
      void count(key, target)
    }
  }

  watch(() => JSON.stringify(question()), load, { immediate: true })

  return { action, board, columns: shown, failed, loading, pending, moving, movable, load, more, move, columnOf }
}
