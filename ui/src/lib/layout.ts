import type { Field, Rec, Resource } from '@/api/contract'
import { isEmpty } from './values'

export interface Section {
  label: string
  fields: Field[]
}

export interface Layout {
  head: Section[]
  foot: Section[]
}

const figures = new Set(['amount', 'quantity'])

/** Fields shown in the heading of the page rather than in the form. */
function inHeading(resource: Resource, field: Field): boolean {
  if (field.name === 'state') return true
  return field.name === (resource.title ?? 'number') && Boolean(field.readonly || field.computed)
}

/**
 * Where the header fields of a record stand: above the lines by section, or in the foot. The foot holds the
 * section "totals" and, for records with lines, every computed sum. What a new record does not have yet
 * (its number, who made it) is left out.
 */
export function layout(resource: Resource, isNew: boolean, rec: Rec): Layout {
  const head = new Map<string, Field[]>()
  const foot: Field[] = []
  const hasLines = (resource.lines?.length ?? 0) > 0
  for (const field of resource.fields) {
    if (inHeading(resource, field)) continue
    const below = field.section === 'totals' || (hasLines && field.computed && figures.has(field.kind))
    if (below) foot.push(field)
    else if (!(isNew && (field.readonly || field.computed) && isEmpty(rec[field.name]))) {
      const section = field.section ?? ''
      head.set(section, [...(head.get(section) ?? []), field])
    }
  }
  const sections = [...head].map(([label, fields]) => ({ label, fields: fields.toSorted(byBreadth) }))
  return { head: sections, foot: foot.length ? [{ label: '', fields: foot }] : [] }
}

/** Long texts take a whole line and so stand last. */
function byBreadth(a: Field, b: Field): number {
  const wide = (field: Field) => (field.kind === 'longtext' || field.kind === 'json' ? 1 : 0)
  return wide(a) - wide(b)
}
