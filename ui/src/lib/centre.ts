import type { Query } from '@/api/client'
import { addDays, formatInstant } from './dates'
import type { Filter } from './filters'

/** First and last day of a period by name around today, as the server counts them: weeks begin on Monday. */
export function daysOf(name: string, today: string): [string, string] {
  const [year = 1970, month = 1] = today.split('-').map(Number)
  const first = (y: number, m: number) => new Date(Date.UTC(y, m - 1, 1)).toISOString().slice(0, 10)
  const months = (m: number, n: number): [string, string] => [first(year, m), addDays(first(year, m + n), -1)]
  const quarter = month - ((month - 1) % 3)
  const monday = addDays(today, -((new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7))
  const known: Record<string, [string, string]> = {
    today: [today, today],
    yesterday: [addDays(today, -1), addDays(today, -1)],
    week: [monday, addDays(monday, 6)],
    month: months(month, 1),
    last_month: months(month - 1, 1),
    quarter: months(quarter, 3),
    year: months(1, 12),
    last_year: [first(year - 1, 1), addDays(first(year, 1), -1)],
  }
  return known[name] ?? [today, today]
}

/** What the filters of the page ask the server for. Without a period it is today. */
export function askedOf(filters: Filter[], q: string, today: string): Query {
  const of = (field: string) => filters.filter((one) => one.field === field)
  const values = (field: string) =>
    of(field)
      .filter((one) => one.op === 'eq' || one.op === 'in')
      .map((one) => one.value)
      .join(',')
  const end = (op: string) => of('date').find((one) => one.op === op || one.op === 'eq')?.value ?? ''
  const named = of('date').find((one) => one.op === 'within')
  const [from, to] = named ? daysOf(named.value, today) : [end('ge'), end('le')]
  return { from, to, kinds: values('kind'), state: values('state'), maker: values('maker'), party: values('party'), q }
}

/** When a sheet was made: the hour, and the day where it is not the sheet's own. */
export function madeAt(made: string, date: string): string {
  const text = formatInstant(made)
  return text.slice(0, 10) === date ? text.slice(11) : text.slice(5)
}
