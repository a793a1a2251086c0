import { useRouter } from 'vue-router'
import { get } from '@/api/client'
import type { ChainItem, Rec, Resource } from '@/api/contract'
import { t } from '@/i18n'
import { formatFigure } from '@/lib/decimal'
import { lead } from '@/lib/notify'
import { useSession } from '@/stores/session'

/** How many of the documents nearest to one are looked at: what an action makes comes last among them. */
const nearest = 12

/**
 * What an action made out of a document. One draft that is now to be completed is gone to, and back leads back; what
 * needs no more work, and several drafts, are told of with links.
 */
export function useMade() {
  const store = useSession()
  const router = useRouter()

  /** The documents that came into being in the unit that wrote the record last: its clock stands still. */
  async function fresh(resource: Resource, id: number): Promise<ChainItem[]> {
    const { items } = await get<{ items: ChainItem[] | null }>(`${resource.path}/${id}/chain`)
    const at = (items ?? []).findIndex((one) => one.kind === 'self')
    const after = (items ?? []).slice(at + 1).slice(-nearest)
    if (!after.length) return []
    const now = await get<Rec>(`${resource.path}/${id}`)
    const born = await Promise.all(
      after.map(async (one) => {
        const path = store.resource(one.resource)?.path
        const rec = path && (await get<Rec>(`${path}/${one.id}`).catch(() => null))
        return Boolean(rec && rec.created_at === now.updated_at)
      }),
    )
    return after.filter((_, i) => born[i])
  }

  function draft(one: ChainItem): boolean {
    const states = store.resource(one.resource)?.states ?? []
    return states.length > 1 && states[0]!.name === one.state
  }

  function words(one: ChainItem): string {
    const amount = one.amount && formatFigure(one.amount, 'amount')
    const name = one.label || [one.state_label, amount].filter(Boolean).join(' ')
    return [store.resource(one.resource)?.label, name].filter(Boolean).join(' ')
  }

  /** After an action on a record: leads to what it made, if anything. What it did stands either way. */
  async function follow(resource: Resource, id: number): Promise<void> {
    const made = await fresh(resource, id).catch(() => [])
    const drafts = made.filter(draft)
    const here = router.currentRoute.value.path === `/r/${resource.name}/${id}`
    if (drafts.length === 1 && here) {
      await router.push(`/r/${drafts[0]!.resource}/${drafts[0]!.id}`)
      return
    }
    // The nearest only: the debts and vouchers behind a delivery are one click from there.
    const told = drafts.length ? drafts : made.slice(0, 1)
    if (!told.length) return
    lead(
      t('record.made'),
      told.slice(0, 5).map((one) => {
        const to = `/r/${one.resource}/${one.id}`
        return { label: words(one), href: router.resolve(to).href, go: () => void router.push(to) }
      }),
    )
  }

  return { follow }
}
