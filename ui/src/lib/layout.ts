import type { Field, Rec, Resource } from '@/api/contract'
import { isFigure, isZero } from './decimal'
import { isEmpty } from './values'

export interface Section {
  label: string
  fields: Field[]
}

export interface Layout {
  head: Section[]
  foot: Section[]
  /** Who made it, when, from what: readonly facts that only stand there when filled. */
  info: Field[]
}

/** Fields shown in the heading of the page rather than in the form: the state and the number. */
function inHeading(resource: Resource, field: Field): boolean {
  if (field.name === 'state') return true
  return field.name === (resource.title ?? 'number') && Boolean(field.readonly || field.computed || field.once)
}

/** Sums and what is taken off them stand beneath the lines; an amount that must be typed stands on top. */
function inFoot(field: Field, hasLines: boolean): boolean {
  if (field.section === 'totals') return true
  if (!hasLines || field.section) return false
  if (field.kind === 'quantity') return Boolean(field.computed)
  return field.kind === 'amount' && !field.enter && !field.required
}

/** Where the header fields of a record stand. What a new record does not have yet is left out. */
export function layout(resource: Resource, isNew: boolean, rec: Rec): Layout {
  const head = new Map<string, Field[]>()
  const foot: Field[] = []
  const info: Field[] = []
  const hasLines = (resource.lines?.length ?? 0) > 0
  for (const field of resource.fields) {
    if (inHeading(resource, field)) continue
    const fixed = Boolean(field.readonly || field.computed)
    if (inFoot(field, hasLines)) foot.push(field)
    else if (field.readonly && !field.computed && !field.section) {
      if (!isEmpty(rec[field.name]) && rec[field.name] !== 0 && rec[field.name] !== false) info.push(field)
    } else if (!(isNew && fixed && isEmpty(rec[field.name]))) {
      const section = field.section ?? ''
      head.set(section, [...(head.get(section) ?? []), field])
    }
  }
  const sections = [...head].map(([label, fields]) => ({ label, fields: fields.toSorted(byUse) }))
  return { head: sections, foot: foot.length ? [{ label: '', fields: foot }] : [], info }
}

/** What is usually typed comes first, then what must be filled; long texts take a whole line and stand last. */
function byUse(a: Field, b: Field): number {
  const rank = (field: Field) => {
    if (field.kind === 'longtext' || field.kind === 'json') return 3
    return field.enter ? 0 : field.required ? 1 : 2
  }
  return rank(a) - rank(b)
}

function isMain(field: Field): boolean {
  if (field.width || field.enter || field.required) return true
  return !field.readonly && !field.computed && (field.kind === 'text' || field.kind === 'longtext')
}

/**
 * Names of the columns of a grid of lines that are shown unless a person chose others: what has a width of its
 * own, what is typed by Enter, what must be filled, remarks, and in any case the amount of the line. The rest
 * (dimensions, computed parts) shows when it is used.
 */
export function mainColumns(fields: Field[]): Set<string> {
  const main = fields.filter(isMain)
  const amounts = fields.filter((one) => one.kind === 'amount')
  if (amounts[0] && !amounts.some(isMain)) main.push(amounts[0])
  return new Set(main.map((one) => one.name))
}

/** Worth a word where room is scarce: filled, no zero, and of a yes or no only the yes. */
export function telling(field: Field, value: unknown): boolean {
  if (field.kind === 'bool') return value === true
  return !isEmpty(value) && !(isFigure(field.kind) && isZero(String(value)))
}

/**
 * The column that tells a person which row it is: the day where rows follow each other in time, else the name, else
 * whom or what the row is about, else the first.
 */
export function whoIn(columns: Field[]): Field | undefined {
  if (columns[0] && ['date', 'month', 'instant'].includes(columns[0].kind)) return columns[0]
  return columns.find((one) => one.name === 'name') ?? columns.find((one) => one.kind === 'ref') ?? columns[0]
}
