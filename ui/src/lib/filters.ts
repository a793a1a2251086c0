import { addDays, formatInstant, fromLocalInput } from './dates'
import type { Field } from '@/api/contract'

// Filters travel in the address as filter=<field>:<op>:<value>, so that the back button and a bookmark work.

export const ops = ['eq', 'ne', 'in', 'ge', 'le', 'gt', 'lt', 'has', 'empty', 'within'] as const
export type Op = (typeof ops)[number]

/** Days around today that a filter names instead of dates; which they are the server tells on the day it is asked. */
export const periods = ['today', 'yesterday', 'week', 'month', 'last_month', 'quarter', 'year', 'last_year'] as const

export interface Filter {
  field: string
  op: Op
  value: string
}

/** Reads one filter; the value may hold further colons. Null when it is none. */
export function parseFilter(text: string): Filter | null {
  const found = /^([A-Za-z_][\w.]*):([a-z]+):([\s\S]*)$/.exec(text)
  if (!found || !(ops as readonly string[]).includes(found[2]!)) return null
  return { field: found[1]!, op: found[2] as Op, value: found[3]! }
}

export function formatFilter(filter: Filter): string {
  return `${filter.field}:${filter.op}:${filter.value}`
}

/** Reads the repeated query parameter of the router: nothing, one text, or a list. Broken ones are dropped. */
export function parseFilters(query: unknown): Filter[] {
  const list = Array.isArray(query) ? query : query ? [query] : []
  return list.map((one) => parseFilter(String(one))).filter((one): one is Filter => one !== null)
}

/** The filters of one field are replaced as a whole; empty values remove. */
export function replaceFilters(all: Filter[], field: string, next: Filter[]): Filter[] {
  return [...all.filter((one) => one.field !== field), ...next.filter((one) => one.value !== '')]
}

export interface Sort {
  field: string
  down: boolean
}

/** Reads sort=-date,number. */
export function parseSort(text: unknown): Sort[] {
  return String(text ?? '')
    .split(',')
    .filter((one) => one !== '' && one !== '-')
    .map((one) => ({ field: one.replace(/^-/, ''), down: one.startsWith('-') }))
}

export function formatSort(sort: Sort[]): string {
  return sort.map((one) => (one.down ? '-' : '') + one.field).join(',')
}

/** In what order a list stands that nobody has sorted: what is pinned first, else as the server likes. */
export function usualSort(fields: { name: string; sort?: boolean }[]): string {
  const sorted = (name: string) => fields.some((one) => one.name === name && one.sort)
  return sorted('pinned') && sorted('date') ? '-pinned,-date' : ''
}

/** A click on a head: ascending, then descending, then the order of the server again. */
export function toggleSort(text: unknown, field: string): string {
  const now = parseSort(text)[0]
  if (now?.field !== field) return field
  return now.down ? '' : `-${field}`
}

/** First and last day or month that filters ask for; an instant is asked for by whole days in the company's time zone. */
export function periodOf(field: Field, filters: Filter[]): [string, string] {
  const of = (op: Op) => filters.find((one) => one.op === op)?.value ?? ''
  if (field.kind !== 'instant') return [of('ge') || of('eq'), of('le') || of('eq')]
  const day = (instant: string) => formatInstant(instant).slice(0, 10)
  return [day(of('ge')), of('lt') && addDays(day(of('lt')), -1)]
}

/** The filters for a period; an empty end is open. */
export function periodFilters(field: Field, [from, to]: [string, string]): Filter[] {
  const midnight = (day: string) => day && fromLocalInput(`${day}T00:00`)
  const ends: [Op, string][] =
    field.kind === 'instant'
      ? [
          ['ge', midnight(from)],
          ['lt', midnight(to && addDays(to, 1))],
        ]
      : [
          ['ge', from],
          ['le', to],
        ]
  return ends.map(([op, value]) => ({ field: field.name, op, value }))
}
