import type { LookupItem } from '@/api/contract'
import { companyBase } from './base'
import { local } from './storage'

const kept = 10

/** What was chosen last in this resource's look-up, newest first; without facts, which age. */
export function recent(resource: string): LookupItem[] {
  return local.get<LookupItem[]>(`recent:${companyBase}:${resource}`, [])
}

/** Remembers a choice. */
export function remember(resource: string, item: LookupItem): void {
  const rest = recent(resource).filter((one) => one.id !== item.id)
  const slim: LookupItem = { id: item.id, label: item.label, code: item.code, facts: [] }
  local.set(`recent:${companyBase}:${resource}`, [slim, ...rest].slice(0, kept))
}
