import { get } from '@/api/client'
import type { Field, LookupItem } from '@/api/contract'
import { useSession } from '@/stores/session'
import type { Offer } from './useItemUnits'
import type { Sheet } from './useSheet'

/** The sheets that settle debts, and which side of them. */
export const sides: Record<string, string> = { 'settlement.receipt': 'receivable', 'settlement.payment': 'payable' }

type Find = (q: string, signal: AbortSignal) => Promise<LookupItem[]>

/** Sheets that are chosen on another sheet: only those that it may have, told from each other by what decides. */
export function useSheetOffer(sheet: Sheet) {
  const store = useSession()

  /** What is open between the firm and the party of the sheet, the oldest first; nothing while nobody is chosen. */
  async function debts(q: string, signal: AbortSignal): Promise<LookupItem[]> {
    const path = store.resource('settlement.open_item')?.path
    const { party, $labels } = sheet.rec.value
    if (!path || !party) return []
    const filter = [`party:eq:${party}`, `side:eq:${sides[sheet.resource.name]}`, 'open:ne:0']
    const { items } = await get<{ items: LookupItem[] | null }>(
      `${path}/lookup`,
      { q, filter, sort: 'date', limit: 20 },
      signal,
    )
    // Whose they are stands on the sheet.
    return (items ?? []).map((one) => ({ ...one, facts: one.facts.filter((fact) => fact.value !== $labels?.party) }))
  }

  /** Deliveries that stand on no other run, and not yet on this one. */
  async function deliveries(q: string, signal: AbortSignal): Promise<LookupItem[]> {
    const query = { q, ...(sheet.id === null ? {} : { run: sheet.id }) }
    const { items } = await get<{ items: LookupItem[] | null }>('/api/v1/dispatch/deliveries', query, signal)
    const here = new Set(((sheet.rec.value.stops ?? []) as { delivery?: unknown }[]).map((one) => one.delivery))
    return (items ?? []).filter((one) => !here.has(one.id))
  }

  function findOf(field: Field): Find | undefined {
    if (field.ref === 'settlement.open_item' && sides[sheet.resource.name]) return debts
    if (field.ref === 'stock.delivery' && sheet.resource.name === 'dispatch.run') return deliveries
    return undefined
  }

  const known = new Map<string, Offer>()

  /** The offer of a field; a newer question drops the one still running. */
  function offer(field: Field): Offer | undefined {
    const find = findOf(field)
    if (!find) return undefined
    if (!known.has(field.name)) {
      let running: AbortController | null = null
      known.set(field.name, (q) => {
        running?.abort()
        running = new AbortController()
        return find(q, running.signal)
      })
    }
    return known.get(field.name)
  }

  return offer
}
