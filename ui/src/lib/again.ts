// A sheet written once more: for the same party the same items and quantities, at today's prices. Pure.

import type { LineSet, Rec, Resource } from '@/api/contract'
import { blockOf, itemFields, type Pick } from './pick'
import { rowsOf } from './sheet'

const kept = ['base.party', 'base.warehouse']

/** The set of lines that can be written again; none where a sheet is for nobody or has no items. */
export function repeated(resource: Resource): LineSet | undefined {
  if (!resource.fields.some((one) => one.ref === 'base.party')) return undefined
  return resource.lines?.find((set) => itemFields(set))
}

/** Whom and which warehouse it was for, and its lines without what only the day of the first one told. */
export function again(
  resource: Resource,
  from: Rec,
): { head: [name: string, value: unknown, label?: string][]; lines: Rec[] } {
  const set = repeated(resource)
  const to = set && itemFields(set)
  if (!set || !to) return { head: [], lines: [] }
  const head = resource.fields
    .filter((one) => kept.includes(one.ref ?? '') && from[one.name])
    .map((one): [string, unknown, string?] => [one.name, from[one.name], from.$labels?.[one.name]])
  const picks = rowsOf(from, set.name).flatMap((row): Pick[] => {
    // Written anew a line begins in the item's own unit.
    const qty = String(row.base_qty ?? row[to.qty.name] ?? '')
    if (!row[to.item.name] || !Number(qty) || qty.startsWith('-')) return []
    const qty2 = Number(row.qty2) ? String(row.qty2) : ''
    return [
      {
        id: Number(row[to.item.name]),
        label: row.$labels?.[to.item.name] ?? '',
        qty,
        qty2,
        free: row.free === true,
      },
    ]
  })
  return { head, lines: blockOf(set, picks) }
}
