import { computed, ref, watch } from 'vue'
import { ask, get } from '@/api/client'
import type { ListView, Rec, Resource } from '@/api/contract'
import { many, t } from '@/i18n'
import { complain, note, say, sure } from '@/lib/notify'
import { uuid } from '@/lib/uuid'
import { useSession } from '@/stores/session'
import { useAction } from './useAction'

/** What a view keeps of a list. */
export interface Looks {
  q: string
  filters: string[]
  sort: string
  columns: string[]
  look: 'list' | 'board'
}

const same = (a: string[], b: string[]) => a.length === b.length && a.every((one, i) => one === b[i])

/** The saved views of a list: own ones and those that others share. */
export function useViews(resource: () => Resource | undefined, viewing: () => string) {
  const store = useSession()
  const items = ref<ListView[]>([])
  const ready = ref(false)
  const { pending, prepare, run } = useAction()
  const of = computed(() => store.resource('system.view'))
  const current = computed(() => items.value.find((one) => String(one.id) === viewing()))
  const first = computed(() => items.value.find((one) => one.default))
  /** What the person may do with views: the verbs of records and the actions. */
  const can = (verb: string) =>
    Boolean(of.value?.can.includes(verb) || of.value?.actions.some((one) => one.name === verb))

  async function load(): Promise<void> {
    const list = resource()?.name
    try {
      if (list && of.value) items.value = (await get<{ items: ListView[] }>('/api/v1/views', { list })).items
    } catch (error) {
      complain(error)
    } finally {
      ready.value = true
    }
  }

  /** Whether the list looks other than the view it began with; what was left out of the view is no difference. */
  function differs(now: Looks): boolean {
    const view = current.value
    if (!view) return now.q !== '' || now.filters.length > 0 || now.sort !== ''
    return (
      view.q !== now.q ||
      view.sort !== now.sort ||
      view.look !== now.look ||
      view.filters.length !== now.filters.length ||
      !view.filters.every((one) => now.filters.includes(one)) ||
      !(view.columns.length === 0 || same(view.columns, now.columns))
    )
  }

  const body = (now: Looks) => ({
    q: now.q,
    sort: now.sort,
    look: now.look,
    filters: now.filters.join('\n'),
    columns: now.columns.join(','),
  })

  /** Runs a change of the views and reads them again; false when it was refused. */
  async function change(what: () => Promise<unknown>): Promise<boolean> {
    try {
      await what()
      return true
    } catch (error) {
      complain(error)
      return false
    } finally {
      await load()
    }
  }

  /** Saves the list under a new name; the id of the view, or null when it was refused. */
  async function create(name: string, now: Looks): Promise<string | null> {
    const path = of.value?.path
    let id: string | null = null
    if (!path) return null
    await change(async () => {
      const { data } = await ask<Rec>('POST', path, {
        body: { ...body(now), list: resource()?.name, name },
        key: uuid(),
      })
      id = String(data.id)
      say(t('view.saved', { name }))
    })
    return id
  }

  /** Keeps the list as it stands in the view, or gives the view another name. */
  function update(view: ListView, next: { now?: Looks; name?: string }) {
    const what = { ...(next.now ? body(next.now) : {}), ...(next.name ? { name: next.name } : {}) }
    return change(async () => {
      await ask('PATCH', `${of.value!.path}/${view.id}`, { body: what, version: view.version, key: uuid() })
      say(t('view.saved', { name: next.name ?? view.name }))
    })
  }

  async function remove(view: ListView): Promise<boolean> {
    if (!(await sure({ text: t('view.deleteAsk', { name: view.name }), yes: t('common.delete'), danger: true })))
      return false
    return change(() => ask('DELETE', `${of.value!.path}/${view.id}`, { version: view.version, key: uuid() }))
  }

  async function share(view: ListView) {
    const action = of.value?.actions.find((one) => one.name === 'share')
    if (!action) return
    const given: Record<string, string> = { everybody: String(view.everybody), roles: view.roles }
    const asked = { ...action, input: action.input.map((one) => ({ ...one, default: given[one.name] ?? '' })) }
    const input = await prepare(asked, view.name)
    if (input) await change(() => run(of.value!.path, { id: view.id, version: view.version }, action, input))
  }

  /** Opens the list with the view from now on, or with none. */
  function prefer(view: ListView | null) {
    return change(() =>
      ask('PUT', '/api/v1/views/default', { body: { list: resource()?.name, view: view?.id ?? null }, key: uuid() }),
    )
  }

  watch(
    () => current.value?.id,
    () => {
      if (current.value?.dropped) note(t('view.dropped', many(current.value.dropped)))
    },
  )

  return { items, ready, current, first, can, load, differs, create, update, remove, share, prefer, pending }
}
