import { get } from '@/api/client'
import type { ItemAnswer, ItemRow } from '@/api/counter'
import type { Field, LineSet, LookupItem } from '@/api/contract'
import { t } from '@/i18n'
import { itemFields } from '@/lib/pick'
import { useLookup } from './useLookup'
import { about } from './useItemPick'
import type { Offer } from './useItemUnits'
import type { Sheet } from './useSheet'

/** An item as a look-up of one line shows it: what tells it from its like, what there is of it, and its first price. */
export function offered(row: ItemRow): LookupItem {
  const facts: LookupItem['facts'] = []
  if (row.spec) facts.push({ label: '', value: row.spec, kind: 'text' })
  const stock = row.here ?? row.stock
  if (stock !== null) facts.push({ label: t('lookup.stock'), value: stock, kind: 'quantity' })
  const price = row.last ? { label: t('lookup.last'), value: row.last.price, kind: 'price' as const } : row.facts[0]
  if (price) facts.push(price)
  const beside = row.pack ? [{ field: 'unit', ...row.pack }] : []
  return { id: row.id, label: row.name, code: row.code, facts, beside }
}

/**
 * What is offered where the lines of a sheet are filled one field beneath the other: the same answers, in the same order, as
 * in the grid.
 */
export function useItemOffer(sheet: Sheet, set: LineSet) {
  let running: AbortController | null = null
  const { find: any } = useLookup(() => 'base.item')

  async function find(q: string): Promise<LookupItem[]> {
    if (!q && !about(sheet).party) return any('')
    running?.abort()
    running = new AbortController()
    const path = `/api/v1/counter/${q ? 'items' : 'usual'}`
    const answer = await get<ItemAnswer>(path, { ...(q ? { q } : {}), ...about(sheet) }, running.signal)
    return answer.items.map(offered)
  }

  return (field: Field): Offer | undefined =>
    field.name === itemFields(set)?.item.name ? Object.assign(find, { open: true }) : undefined
}
