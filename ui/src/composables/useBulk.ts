import { computed, ref } from 'vue'
import { ask } from '@/api/client'
import type { Action, Rec, Resource } from '@/api/contract'
import { t } from '@/i18n'
import { complain, note, say, sentence } from '@/lib/notify'
import { uuid } from '@/lib/uuid'
import { isWaiting, tellOutcome, useAction } from './useAction'

/** Ticked rows and what can be done with all of them, and the actions of the list itself. */
export function useBulk(resource: () => Resource | undefined, items: () => Rec[], reload: () => Promise<void>) {
  const chosen = ref(new Set<number>())
  const { pending, prepare, run } = useAction()

  function pick(id: number) {
    if (!chosen.value.delete(id)) chosen.value.add(id)
  }

  function pickAll() {
    const ids = items().map((one) => Number(one.id))
    const all = ids.every((id) => chosen.value.has(id))
    chosen.value = new Set(all ? [] : ids)
  }

  const rows = computed(() => items().filter((one) => chosen.value.has(Number(one.id))))

  /** Actions that every ticked row allows by its state. */
  const bulkActions = computed(() =>
    (resource()?.actions ?? []).filter(
      (action) =>
        !action.collection &&
        rows.value.every((row) =>
          row.$actions ? row.$actions.includes(action.name) : (action.from ?? []).includes(String(row.state)),
        ),
    ),
  )
  const collectionActions = computed(() => (resource()?.actions ?? []).filter((one) => one.collection))

  async function runBulk(action: Action) {
    const of = resource()
    const targets = [...rows.value]
    const input = of && (await prepare(action, t('list.chosen', { count: targets.length })))
    if (!of || !input) return
    let done = 0
    let waiting = 0
    const failures: string[] = []
    for (const row of targets) {
      try {
        const { data } = await run(of.path, row, action, input)
        if (isWaiting(data)) waiting++
        else done++
      } catch (error) {
        failures.push(`${String(row[of.title ?? 'number'] ?? row.id)}：${sentence(error)}`)
      }
    }
    if (done) say(t('list.bulkDone', { count: done, action: action.label }))
    if (waiting) note(t('list.bulkWaiting', { count: waiting }))
    if (failures.length) note(`${t('list.bulkFailed', { count: failures.length })} ${failures.slice(0, 3).join(' ')}`)
    await reload()
  }

  async function runCollection(action: Action) {
    const of = resource()
    const input = of && (await prepare(action, ''))
    if (!of || !input) return
    try {
      const { status, data } = await ask('POST', `${of.path}/${action.name}`, { body: input, key: uuid() })
      tellOutcome(action, status, data)
      await reload()
    } catch (error) {
      complain(error)
    }
  }

  return { chosen, pick, pickAll, bulkActions, runBulk, pending, collectionActions, runCollection }
}
