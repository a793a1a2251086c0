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
  /** Of what has a name, what the program found out and a person wants to see first: days, figures, and what it is. */
  standing: Field[]
}

const standingKinds = new Set(['bool', 'date', 'month', 'int', 'amount', 'quantity', 'price', 'rate'])

/**
 * What has a name of its own (a customer, an item, an opportunity) is looked at as a whole, with everything about it; a
 * sheet is a number.
 */
export function isNamed(resource: Resource): boolean {
  const title = resource.fields.find((one) => one.name === resource.title)
  return resource.kind !== 'setup' && title?.kind === 'text' && title.name !== 'number'
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
  const standing: Field[] = []
  const hasLines = (resource.lines?.length ?? 0) > 0 && !isNamed(resource)
  for (const field of resource.fields) {
    if (inHeading(resource, field)) continue
    const fixed = Boolean(field.readonly || field.computed)
    if (inFoot(field, hasLines)) foot.push(field)
    else if (field.readonly && !field.computed && !field.section) {
      if (!isEmpty(rec[field.name]) && rec[field.name] !== 0 && rec[field.name] !== false) {
        if (isNamed(resource) && standingKinds.has(field.kind)) standing.push(field)
        else info.push(field)
      }
    } else if (!(isNew && fixed && isEmpty(rec[field.name]))) {
      const section = field.section ?? ''
      head.set(section, [...(head.get(section) ?? []), field])
    }
  }
  const sections = [...head].map(([label, fields]) => ({ label, fields: fields.toSorted(byUse) }))
  return { head: sections, foot: foot.length ? [{ label: '', fields: foot }] : [], info, standing }
}

/**
 * Under a sheet that takes money stands what tells something: no zeros that nobody may type, and no sum twice. The total
 * always stands.
 */
export function tellingSums(fields: Field[], rec: Rec): Field[] {
  return fields.filter((one) => {
    if (one.name === 'gross' || !(one.computed || one.readonly)) return true
    const value = String(rec[one.name] ?? '0')
    if (one.name === 'paid_now' || isZero(value)) return false
    return !one.computed || one.name === 'cost' || value !== rec.gross
  })
}

/** A part of the form nobody filled: it makes room on the page of what has a name until somebody wants it. */
export function isBare(section: Section, stored: Rec): boolean {
  return section.label !== '' && !section.fields.some((one) => one.required || telling(one, stored[one.name]))
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
 * (dimensions, computed parts) shows when it is used; where there is nothing but the rest, all of it.
 */
export function mainColumns(fields: Field[]): Set<string> {
  const main = fields.filter(isMain)
  const amounts = fields.filter((one) => one.kind === 'amount')
  if (amounts[0] && !amounts.some(isMain)) main.push(amounts[0])
  return new Set((main.length ? main : fields).map((one) => one.name))
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

/**
 * The columns of a report in the order of a telephone, where two or three are in sight: what tells the rows first. A
 * list of prices is read for what was paid for what, so there the item and its price come before day and sheet.
 */
export function phoneColumns(columns: Field[]): Field[] {
  const price = columns.find((one) => one.kind === 'price')
  const item = columns.find((one) => one.name === 'item')
  const who = whoIn(columns)
  const first = price && item && who?.kind === 'date' && item.kind === 'text' ? [item, price] : who ? [who] : []
  return [...first, ...columns.filter((one) => !first.includes(one))]
}

/**
 * What the program fills in the heading of a sheet by itself and somebody may change: who handles it, its terms. What must be
 * there, what names the original and free words are not of that kind.
 */
export const isTerm = (field: Field): boolean => ['ref', 'enum'].includes(field.kind) && !field.required && !field.once
