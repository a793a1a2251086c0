// What was dictated or pasted becomes lines of a sheet that nobody saved. What was guessed bears a mark until it is typed
// over, confirmed or saved. Pure.

import type { LineSet, Rec } from '@/api/contract'
import { itemFields } from './pick'
import { rowPath, rowsOf, type Edits, type Row } from './sheet'
import { isEmpty, writable } from './values'

export interface Choice {
  id: number
  label: string
}

export interface Guess extends Choice {
  said: string
  sure: boolean
  others: Choice[]
}

export interface SpokenLine {
  said: string
  item: Guess
  unit: Choice
  /** The unit is the item's own. */
  own: boolean
  qty: string
  price: string | null
  free: boolean
  guessed: ('unit' | 'qty' | 'price')[]
  note: string
}

export interface Spoken {
  party: Guess | null
  lines: SpokenLine[]
  total: string | null
  received: string | null
  settled: boolean
  owing: boolean
  note: string
  rest: string
}

/** The mark of a row, or of the party: what it was read from, which cells are guessed, and what else may be meant. */
export interface Mark {
  said: string
  cells: string[]
  others: Choice[]
}

/** What of a text concerns the sheet as a whole. */
export interface Told {
  total: string | null
  received: string | null
  settled: boolean
  owing: boolean
  note: string
  rest: string
  party: Mark | null
  /** What was received stands in the till. */
  taken?: boolean
}

/** Sold by another unit than the item's own. A line that has a unit is not offered a price, so such a one comes after. */
export const packed = (one: SpokenLine) => one.unit.id !== 0 && !one.own

/** The values of the lines that a text becomes; `$guess` stays on the screen. */
export function spokenBlock(set: LineSet, lines: SpokenLine[]): Rec[] {
  const to = itemFields(set)
  if (!to) return []
  const may = (name: string) => set.fields.some((field) => field.name === name && writable(field))
  return lines.map((one) => {
    const labels: Record<string, string> = { [to.item.name]: one.item.label }
    const values: Rec = { [to.item.name]: one.item.id, [to.qty.name]: one.qty }
    if (may('unit') && packed(one) && one.price !== null) {
      values.unit = one.unit.id
      labels.unit = one.unit.label
    }
    if (one.price !== null && may('price')) values.price = one.price
    if (one.free && may('free')) values.free = true
    if (one.note && may('note')) values.note = one.note
    const cells = [
      ...(one.item.sure ? [] : [to.item.name]),
      ...one.guessed.map((name) => (name === 'qty' ? to.qty.name : name)),
    ]
    return { ...values, $labels: labels, $guess: cells.length ? markOf(one.said, cells, one.item.others) : undefined }
  })
}

export const markOf = (said: string, cells: string[], others: Choice[]): Mark => ({ said, cells, others })

/** The guessed cells of a row that nobody has touched since. A mark without a number was put there before anything. */
export function guessedIn(set: string, row: Row, edits: Edits): string[] {
  const mark = row.$guess as Mark | undefined
  if (!mark) return []
  const at = row.$guessAt as number | undefined
  return mark.cells.filter((name) => at === undefined || (edits.get(rowPath(set, row.$key, name)) ?? 0) <= at)
}

/** Rows that bear marks. */
export function marked(rec: Rec, set: string, edits: Edits): { row: Row; mark: Mark; cells: string[] }[] {
  return rowsOf(rec, set).flatMap((row) => {
    const cells = guessedIn(set, row, edits)
    return cells.length ? [{ row, mark: row.$guess as Mark, cells }] : []
  })
}

/** Where a text was pasted: outside of every field, into the empty look-up of the party, or into another field. */
export type Pasted = 'page' | 'party' | 'field'

/**
 * Whether a text that was pasted into an empty sheet is meant for the sheet. Cells of a spreadsheet are not; beside a
 * field a few words do, in the look-up of the party it takes several lines or several items.
 */
export function meantForSheet(words: string, at: Pasted): boolean {
  const text = words.trim()
  if (at === 'field' || text.includes('\t') || text.length < 6) return false
  if (at === 'page') return /[\s,，；;、]/.test(text)
  return /\n/.test(text) || (text.match(/[,，；;、]/g)?.length ?? 0) > 1
}

/** The line of money that a text becomes: in an empty till only, and a guess until somebody looked at it. */
export function spokenMoney(rows: Row[], received: string | null): Rec | null {
  if (!received || rows.some((row) => !isEmpty(row.amount))) return null
  return { amount: received, $guess: markOf(received, ['amount'], []) }
}

/** What is open of a text on a sheet that was put aside: the marks of its lines by their place, and of the sheet as a whole. */
export interface KeptMarks {
  lines: { at: number; item: unknown; mark: Mark }[]
  told: Told | null
}

const filled = (rec: Rec, set: string, edits: Edits): Row[] =>
  rowsOf(rec, set).filter(
    (row) => row.id !== undefined || [...edits.keys()].some((path) => path.startsWith(`${set}#${row.$key}/`)),
  )

/** What is open on a sheet, to be kept while it is put aside. */
export function keptMarks(set: string, rec: Rec, edits: Edits, party: Mark | null): KeptMarks {
  const rows = filled(rec, set, edits)
  const lines = marked(rec, set, edits).map(({ row, mark, cells }) => ({
    at: rows.findIndex((one) => one.$key === row.$key),
    item: row.item,
    mark: { ...mark, cells },
  }))
  const told = rec.$spoken as Told | undefined
  return { lines, told: told ? { ...told, party } : null }
}

/** Puts marks back on the lines that still are what they were. */
export function takeMarks(set: string, rec: Rec, kept: KeptMarks, at: number): void {
  const rows = rowsOf(rec, set)
  for (const one of kept.lines) {
    const row = rows[one.at]
    if (row && row.item === one.item) Object.assign(row, { $guess: one.mark, $guessAt: at })
  }
  if (kept.told) Object.assign(rec, { $spoken: { ...kept.told, lines: undefined }, $spokenAt: at })
}
