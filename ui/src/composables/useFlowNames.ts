import { watch, type ComputedRef } from 'vue'
import { get } from '@/api/client'
import type { LookupItem } from '@/api/contract'
import type { FlowContext } from '@/components/flow/flow'
import { read, shapeOf } from '@/lib/condition'
import { expressions, usersIn, type Definition } from '@/lib/flow'
import { useSession } from '@/stores/session'

/** Keeps the words for the users and records that a flow names by id. Unknown ones are asked for once. */
export function useFlowNames(definition: ComputedRef<Definition>, condition: () => string, flow: FlowContext) {
  const store = useSession()
  const asked = new Set<string>()

  async function learn(name: string, ids: string[], put: (id: string, label: string) => void) {
    const path = store.resource(name)?.path
    const missing = ids.filter((id) => !asked.has(`${name}:${id}`))
    if (!path || missing.length === 0) return
    for (const id of missing) asked.add(`${name}:${id}`)
    const query = { ids: missing.join(','), limit: missing.length }
    const found = await get<{ items: LookupItem[] | null }>(`${path}/lookup`, query).catch(() => ({ items: [] }))
    for (const item of found.items ?? []) put(String(item.id), item.label)
  }

  /** Ids in conditions, by the kind of record. */
  function idsIn(texts: string[]): Map<string, string[]> {
    const out = new Map<string, string[]>()
    for (const row of texts.flatMap((text) => read(text, flow.subjects.value)?.flat() ?? [])) {
      const subject = flow.subjects.value.find((one) => one.id === row.subject)
      if (!subject?.ref || shapeOf(subject) !== 'id') continue
      out.set(subject.ref, [...(out.get(subject.ref) ?? []), ...row.values])
    }
    return out
  }

  watch(
    [definition, condition, flow.subjects],
    () => {
      const { nodes } = definition.value
      const users = usersIn(nodes).filter((id) => !flow.users.has(id))
      void learn('base.user', users.map(String), (id, label) => flow.users.set(Number(id), label))
      for (const [name, ids] of idsIn([condition(), ...expressions(nodes)])) {
        const unknown = ids.filter((id) => !flow.names.has(`${name}:${id}`))
        void learn(name, unknown, (id, label) => flow.names.set(`${name}:${id}`, label))
      }
    },
    { immediate: true },
  )
}
