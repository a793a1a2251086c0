// Several items chosen in one go: what is marked, and the lines it becomes. Pure.

import type { Field, LineSet, Rec } from '@/api/contract'
import type { ItemRow, LastSheet } from '@/api/counter'
import { writable } from './values'

/** An item that is marked; the quantity as it is typed, "" until then. */
export interface Mark {
  id: number
  label: string
  spec: string
  unit: string
  qty: string
}

/** What becomes a line. */
export interface Pick {
  id: number
  label: string
  /** In the item's own unit. */
  qty: string
  /** Of goods that are weighed, what they weighed. */
  qty2?: string
  free?: boolean
}

export const markedAt = (marks: Mark[], id: number) => marks.findIndex((one) => one.id === id)

/** Marks an item, or takes the mark off. */
export function toggled(marks: Mark[], row: ItemRow): Mark[] {
  if (markedAt(marks, row.id) >= 0) return marks.filter((one) => one.id !== row.id)
  return [...marks, { id: row.id, label: row.name, spec: row.spec, unit: row.unit, qty: '' }]
}

const longest = 12

/** A key typed into the quantity of a marked item: a digit, the point, or Backspace. */
export function typedInto(marks: Mark[], id: number, key: string): Mark[] {
  return marks.map((one) => {
    if (one.id !== id) return one
    if (key === 'Backspace') return { ...one, qty: one.qty.slice(0, -1) }
    if (key === '.' && one.qty.includes('.')) return one
    return { ...one, qty: (one.qty + key).slice(0, longest) }
  })
}

/** Whether a key belongs to a quantity. */
export const isFigureKey = (key: string) => /^[0-9.]$/.test(key) || key === 'Backspace'

/** A blank that adds nothing to what is typed marks instead: before any word, and after another blank. */
export const blankMarks = (text: string) => text === '' || /\s$/.test(text)

export const picksOf = (marks: Mark[]): Pick[] => marks.map(({ id, label, qty }) => ({ id, label, qty: figure(qty) }))

export const picksAgain = (sheet: LastSheet): Pick[] =>
  sheet.lines.map(({ item, label, qty }) => ({ id: item, label, qty }))

/** What is marked, in words. */
export const chosenOf = (marks: Mark[]): string =>
  marks.map((one) => [one.label, one.spec, one.qty && `${one.qty} ${one.unit}`].filter(Boolean).join(' ')).join(' · ')

/** ".5" and "3." as the server reads them; what is no quantity stays as it is, to be complained about at its cell. */
function figure(text: string): string {
  const found = /^(\d*)\.?(\d*)$/.exec(text.trim())
  if (!found || !(found[1] || found[2])) return text.trim()
  return `${found[1] || '0'}${found[2] ? `.${found[2]}` : ''}`
}

/** The fields of lines that hold items with quantities; nothing for other lines. */
export function itemFields(set: LineSet): { item: Field; qty: Field } | null {
  const item = set.fields.find((one) => one.kind === 'ref' && one.ref === 'base.item' && writable(one))
  const qty = set.fields.find((one) => one.kind === 'quantity' && writable(one))
  return item && qty ? { item, qty } : null
}

/** The values of the lines that picks become. A quantity that must be there is 1 unless another was typed. */
export function blockOf(set: LineSet, picks: Pick[]): Rec[] {
  const to = itemFields(set)
  if (!to) return []
  return picks.map((one) => {
    const values: Rec = { [to.item.name]: one.id, $labels: { [to.item.name]: one.label } }
    const qty = one.qty || (to.qty.required ? '1' : '')
    if (qty) values[to.qty.name] = qty
    const may = (name: string) => set.fields.some((field) => field.name === name && writable(field))
    if (one.qty2 && may('qty2')) values.qty2 = one.qty2
    if (one.free && may('free')) values.free = true
    return values
  })
}

/** The labels of the prices that rows have, in the order in which they come. */
export function priceLabels(rows: ItemRow[]): string[] {
  return [...new Set(rows.flatMap((row) => row.facts.map((one) => one.label)))]
}
