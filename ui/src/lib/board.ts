import type { Rec, Resource } from '@/api/contract'
import { formatFilter, type Filter } from './filters'

// The pure part of a board: which columns it has and which cards belong to them.

/** A column of a board. `key` is the value its cards hold, "" for the cards that hold none. */
export interface Column {
  key: string
  label: string
  /** A column that is out of use stands there only while cards are left in it. */
  spare: boolean
  cards: Rec[]
  count: number
  /** There are more cards than were counted. */
  over: boolean
  sum: string
  next: string
  busy: boolean
}

export function newColumn(key: string, label: string, spare: boolean): Column {
  return { key, label, spare, cards: [], count: 0, over: false, sum: '', next: '', busy: true }
}

/** What a card holds in the field of the columns. */
export function keyOf(value: unknown): string {
  return value === null || value === undefined || value === 0 ? '' : String(value)
}

/** The filters of one column, beside those the person chose. Unless he asked for states, only open cards stand there. */
export function filtersOf(resource: Resource, column: Column, chosen: Filter[]): string[] {
  const board = resource.board
  if (!board) return []
  const out = [...chosen]
  if (byState(resource, chosen)) out.push({ field: 'state', op: 'in', value: board.open.join(',') })
  out.push(
    column.key
      ? { field: board.column, op: 'eq', value: column.key }
      : { field: board.column, op: 'empty', value: '1' },
  )
  return out.map(formatFilter)
}

function byState(resource: Resource, chosen: Filter[]): boolean {
  const open = resource.board?.open ?? []
  return open.length > 0 && open.length < resource.states.length && !chosen.some((one) => one.field === 'state')
}

/** Whether a card still belongs on a board with these filters after it changed. */
export function belongs(resource: Resource, card: Rec, chosen: Filter[]): boolean {
  return !byState(resource, chosen) || resource.board!.open.includes(String(card.state))
}
