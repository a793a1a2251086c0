import { computed, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { get, isAbort, type Query } from '@/api/client'
import type { Page, Resource } from '@/api/contract'
import { formatFilter, parseFilters, replaceFilters, toggleSort, usualSort, type Filter } from '@/lib/filters'
import { complain } from '@/lib/notify'
import { withoutRed } from '@/lib/red'

export const pageSizes = [50, 100, 200]

/**
 * A list whose whole state (search, filters, order, page) stands in the address. While it is out of sight, for another
 * view answers the same question, it reads nothing.
 */
export function useList(resource: () => Resource | undefined, outOfSight: () => boolean = () => false) {
  const route = useRoute()
  const router = useRouter()
  const page = shallowRef<Page | null>(null)
  // How many rows there are and what they add up to: asked for behind the rows, which do not wait for it.
  const sums = shallowRef<Page | null>(null)
  const loading = ref(false)
  const failed = ref(false)
  // The cursors of the pages passed on the way here, for going back.
  const trail = ref<string[]>([])
  let running: AbortController | null = null
  let adding: AbortController | null = null
  let summed = ''

  const q = computed(() => String(route.query.q ?? ''))
  const filters = computed<Filter[]>(() => parseFilters(route.query.filter))
  const sort = computed(() => String(route.query.sort ?? ''))
  const limit = computed(() => Number(route.query.limit) || pageSizes[0]!)
  const cursor = computed(() => String(route.query.cursor ?? ''))

  /** The saved view that the question began with, "" for none; what was changed since stands beside it. */
  const viewing = computed(() => String(route.query.view ?? ''))

  /** What stands in the address. */
  const typed = computed<Query>(() => ({
    q: q.value,
    filter: filters.value.map(formatFilter),
    sort: sort.value || usualSort(resource()?.fields ?? []),
  }))

  /** Sheets that were taken back and those that took them back stand in the list only when somebody wants to see them. */
  const red = computed(() => route.query.red === '1')
  const spared = computed(() => (red.value ? [] : withoutRed(resource(), filters.value)))
  const showRed = (on: boolean) => change({ red: on ? '1' : '' })

  /** What list, export and print ask for alike. */
  const question = computed<Query>(() => ({
    ...typed.value,
    filter: [...filters.value, ...spared.value].map(formatFilter),
  }))

  /** Adds up the rows of the question as far as the server counts without being pressed, or all of them. */
  async function add(all = false) {
    const of = resource()
    if (!of) return
    adding?.abort()
    const mine = (adding = new AbortController())
    try {
      sums.value = await get<Page>(
        of.path,
        { ...question.value, sort: '', limit: 0, total: all ? 'all' : 1 },
        mine.signal,
      )
    } catch (error) {
      if (all && !isAbort(error)) complain(error)
    }
  }

  /** Reads the page. Turning pages and sorting change no sums; anything else may. */
  async function load(turned = false) {
    const of = resource()
    if (!of || outOfSight()) return
    running?.abort()
    const mine = (running = new AbortController())
    loading.value = true
    failed.value = false
    try {
      page.value = await get<Page>(
        of.path,
        { ...question.value, cursor: cursor.value, limit: limit.value },
        mine.signal,
      )
      const asked = JSON.stringify([of.path, q.value, question.value.filter])
      if (asked !== summed) sums.value = null
      if (asked !== summed || !turned) void add()
      summed = asked
    } catch (error) {
      if (isAbort(error)) return
      failed.value = true
      complain(error)
    } finally {
      if (running === mine) loading.value = false
    }
  }

  function change(next: Query, keepPage = false) {
    if (!keepPage) trail.value = []
    const query: Query = {
      view: viewing.value,
      red: red.value ? '1' : '',
      ...typed.value,
      limit: limit.value === pageSizes[0] ? '' : limit.value,
      ...next,
    }
    const clean: Record<string, string | string[]> = {}
    for (const [name, value] of Object.entries(query)) {
      if (Array.isArray(value) ? value.length > 0 : value) clean[name] = Array.isArray(value) ? value : String(value)
    }
    void router.push({ query: clean })
  }

  /** Asks what a view asks, or nothing in particular. */
  const ask = (view: string, next: { q: string; filter: string[]; sort: string }) =>
    change({ ...next, view, limit: limit.value === pageSizes[0] ? '' : limit.value })

  const search = (text: string) => change({ q: text.trim() })
  const sortBy = (field: string) => change({ sort: toggleSort(sort.value, field) })
  const setLimit = (rows: number) => change({ limit: rows === pageSizes[0] ? '' : rows })
  const setFilter = (field: string, next: Filter[]) =>
    change({ filter: replaceFilters(filters.value, field, next).map(formatFilter) })
  const clearFilters = () => change({ filter: [], q: '' })

  function forward() {
    if (!page.value?.next) return
    trail.value.push(cursor.value)
    change({ cursor: page.value.next }, true)
  }

  function backward() {
    change({ cursor: trail.value.pop() ?? '' }, true)
  }

  watch(
    () => [resource()?.path, JSON.stringify({ ...route.query, view: '' }), outOfSight()],
    () => load(true),
    { immediate: true },
  )

  return {
    page,
    loading,
    failed,
    q,
    filters,
    sort,
    limit,
    cursor,
    question,
    red,
    spared,
    showRed,
    viewing,
    ask,
    sums,
    add,
    load,
    search,
    sortBy,
    setLimit,
    setFilter,
    clearFilters,
    forward,
    backward,
  }
}
