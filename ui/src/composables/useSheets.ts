import { computed, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { get, isAbort, type Query } from '@/api/client'
import type { SheetPage, SheetSums } from '@/api/centre'
import type { Field } from '@/api/contract'
import { plainResource } from '@/api/plain'
import { askedOf } from '@/lib/centre'
import { formatFilter, parseFilters, replaceFilters, type Filter } from '@/lib/filters'
import { complain } from '@/lib/notify'
import { useSession } from '@/stores/session'

export const centrePath = '/api/v1/centre'
const rows = 50

/** The sheet centre: what it is asked stands in the address; pages follow each other by where the last one ended. */
export function useSheets() {
  const { t } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const store = useSession()
  const page = shallowRef<SheetPage | null>(null)
  const sums = shallowRef<SheetSums | null>(null)
  const loading = ref(false)
  const failed = ref(false)
  const trail = ref<string[]>([])
  let running: AbortController | null = null
  let summed = ''

  const q = computed(() => String(route.query.q ?? ''))
  const given = computed<Filter[]>(() => parseFilters(route.query.filter))
  /** Without a period the page is about today, and says so. */
  const filters = computed<Filter[]>(() =>
    given.value.some((one) => one.field === 'date')
      ? given.value
      : [{ field: 'date', op: 'within', value: 'today' }, ...given.value],
  )
  const cursor = computed(() => String(route.query.cursor ?? ''))
  const question = computed<Query>(() => askedOf(filters.value, q.value, store.today))

  const states = computed(() => [
    { value: 'draft', label: t('centre.draft') },
    { value: 'waiting', label: t('centre.waiting') },
    { value: 'sent', label: t('centre.sent') },
    { value: 'done', label: t('centre.done') },
    { value: 'dead', label: t('centre.dead') },
  ])
  const fields = computed<Field[]>(() => {
    const field = (one: Partial<Field> & Pick<Field, 'name' | 'label' | 'kind'>) => ({ ...one, filter: true }) as Field
    const kinds = (sums.value?.kinds ?? []).map((one) => ({ value: one.resource, label: one.label }))
    const all = [
      field({ name: 'date', label: t('centre.date'), kind: 'date' }),
      field({ name: 'kind', label: t('centre.kind'), kind: 'enum', options: kinds }),
      field({
        name: 'state',
        label: t('list.state'),
        kind: 'enum',
        options: states.value,
      }),
    ]
    if (store.can('base.party', 'read'))
      all.push(field({ name: 'party', label: t('centre.party'), kind: 'ref', ref: 'base.party' }))
    if (store.can('base.user', 'read'))
      all.push(field({ name: 'maker', label: t('centre.maker'), kind: 'ref', ref: 'base.user' }))
    return all
  })
  /** The filters of a list, for sheets of all kinds. */
  const asList = computed(() =>
    plainResource({ name: 'centre.sheets', label: t('centre.title'), fields: fields.value }),
  )

  async function add() {
    try {
      sums.value = await get<SheetSums>(`${centrePath}/sums`, question.value)
    } catch (error) {
      if (!isAbort(error)) complain(error)
    }
  }

  async function load(again = true) {
    running?.abort()
    const mine = (running = new AbortController())
    loading.value = true
    failed.value = false
    try {
      page.value = await get<SheetPage>(
        `${centrePath}/sheets`,
        { ...question.value, cursor: cursor.value, limit: rows },
        mine.signal,
      )
      const asked = JSON.stringify(question.value)
      if (again || asked !== summed) void add()
      summed = asked
    } catch (error) {
      if (isAbort(error)) return
      failed.value = true
      complain(error)
    } finally {
      if (running === mine) loading.value = false
    }
  }

  function change(next: { q?: string; filter?: string[]; cursor?: string }) {
    if (next.cursor === undefined) trail.value = []
    const query: Record<string, string | string[]> = {}
    const all = { q: q.value, filter: given.value.map(formatFilter), cursor: '', ...next }
    if (all.q) query.q = all.q
    if (all.filter.length) query.filter = all.filter
    if (all.cursor) query.cursor = all.cursor
    void router.push({ query })
  }

  const search = (text: string) => change({ q: text.trim() })
  const setFilter = (field: string, next: Filter[]) =>
    change({ filter: replaceFilters(given.value, field, next).map(formatFilter) })
  const clear = () => change({ q: '', filter: [] })

  function forward() {
    if (!page.value?.next) return
    trail.value.push(cursor.value)
    change({ cursor: page.value.next })
  }

  function backward() {
    change({ cursor: trail.value.pop() ?? '' })
  }

  watch(
    () => (route.path === '/sheets' ? JSON.stringify(route.query) : ''),
    (asked) => {
      if (asked) void load(false)
    },
    { immediate: true },
  )

  return {
    page,
    sums,
    loading,
    failed,
    q,
    given,
    filters,
    cursor,
    question,
    asList,
    states,
    load,
    search,
    setFilter,
    clear,
    forward,
    backward,
  }
}
