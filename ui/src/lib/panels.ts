import type { Rec } from '@/api/contract'

/** A report that stands on the page of a record: asked for with the record as one of its conditions. */
export interface Panel {
  report: string
  /** The condition that the record is given for. */
  param: string
  /** Further conditions here; the report's own page begins without them. */
  also: Record<string, string>
  /** What the record must be. */
  when: Record<string, boolean>
  /** Columns that tell what the page tells. */
  without?: string[]
  /** Whether it stands open before anybody said so. */
  open?: boolean
}

const panels: Record<string, Panel[]> = {
  'base.party': [{ report: 'sales.prices', param: 'customer', also: { last: 'true' }, when: { customer: true } }],
  'base.item': [
    {
      report: 'stock.on_hand',
      param: 'item',
      also: {},
      when: { service: false },
      without: ['code', 'item', 'spec', 'min_stock'],
      open: true,
    },
    { report: 'stock.ledger', param: 'item', also: {}, when: { service: false } },
  ],
}

/** The reports that belong on the page of a record, as far as they may be read. */
export function panelsOf(resource: string, rec: Rec, reports: Record<string, unknown>): Panel[] {
  const is = (when: Panel['when']) => Object.entries(when).every(([field, so]) => rec[field] === so)
  return (panels[resource] ?? []).filter((one) => one.report in reports && is(one.when))
}
