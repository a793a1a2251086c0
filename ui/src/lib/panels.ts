import type { Rec } from '@/api/contract'

/** A report that stands on the page of a record: asked for with the record as one of its conditions. */
export interface Panel {
  report: string
  /** The condition that the record is given for. */
  param: string
  /** Further conditions here; the report's own page begins without them. */
  also: Record<string, string>
  /** The field of the record that must be true. */
  when: string
}

const panels: Record<string, Panel[]> = {
  'base.party': [{ report: 'sales.prices', param: 'customer', also: { last: 'true' }, when: 'customer' }],
}

/** The reports that belong on the page of a record, as far as they may be read. */
export function panelsOf(resource: string, rec: Rec, reports: Record<string, unknown>): Panel[] {
  return (panels[resource] ?? []).filter((one) => one.report in reports && rec[one.when] === true)
}
