import { get } from '@/api/client'
import type { LookupItem } from '@/api/contract'
import { t } from '@/i18n'
import { isNegative, isZero } from '@/lib/decimal'
import { useSession } from '@/stores/session'
import { sides } from './useSheetOffer'
import type { Sheet } from './useSheet'

/** What comes after a sheet that was posted: the money for it, and goods that go back. */
const next: Record<string, { money: string; taken: () => string; back: string; returned: () => string }> = {
  'stock.delivery': {
    money: 'settlement.receipt',
    taken: () => t('followUp.receive'),
    back: 'stock.sales_return',
    returned: () => t('followUp.return'),
  },
  'stock.receipt': {
    money: 'settlement.payment',
    taken: () => t('followUp.pay'),
    back: 'stock.purchase_return',
    returned: () => t('followUp.return'),
  },
}

/** The ways on from a posted sheet, as far as this person may go them: money only while something is owed. */
export function followUps(sheet: Sheet): { name: string; label: string; to: string }[] {
  const store = useSession()
  const way = next[sheet.resource.name]
  const { state, reverses, party, number } = sheet.rec.value
  if (!way || sheet.id === null || sheet.modifying.value || state !== 'posted' || Number(reverses)) return []
  const out: { name: string; label: string; to: string }[] = []
  const owed = sheet.factsAt('owed')[0]
  if (owed && !isZero(owed.value) && !isNegative(owed.value) && store.can(way.money, 'create')) {
    const query = new URLSearchParams({ party: String(party), settles: String(number) })
    out.push({ name: 'money', label: way.taken(), to: `/r/${way.money}/new?${query.toString()}` })
  }
  if (store.can(way.back, 'create')) {
    out.push({ name: 'return', label: way.returned(), to: `/r/${way.back}/new?source=${sheet.id}` })
  }
  return out
}

/** Puts the debt of one sheet into a new receipt or payment: what is open of it, as money and as what it settles. */
export async function settleSheet(sheet: Sheet, number: string): Promise<void> {
  const path = useSession().resource('settlement.open_item')?.path
  const side = sides[sheet.resource.name]
  const { party } = sheet.rec.value
  if (!path || !side || !party) return
  const filter = [`party:eq:${party}`, `side:eq:${side}`, 'open:ne:0']
  const { items } = await get<{ items: LookupItem[] | null }>(`${path}/lookup`, { q: number, filter, sort: 'date' })
  const debt = items?.find((one) => one.label === number)
  const open = debt?.facts.at(-1)?.value
  if (!debt || !open) return
  sheet.fill('lines', 0, [{ amount: open }])
  sheet.fill('allocations', 0, [{ open_item: debt.id, amount: open, $labels: { open_item: debt.label } }])
}
