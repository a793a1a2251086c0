import { addDays } from './dates'

// The pure part of the calendar: which days a page shows, and what stands on each.

/** Something in the calendar, on its day and on all days until another. */
export interface Entry {
  kind: string
  date: string
  until: string
  time: string
  title: string
  note: string
  to: string
  late: boolean
}

/** What the server answers for a month. */
export interface CalendarAnswer {
  kinds: { kind: string; label: string }[]
  items: Entry[]
}

export const monthOf = (date: string) => date.slice(0, 7)

/** The month so many months later. */
export function addMonths(month: string, count: number): string {
  const [year = 1970, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 7)
}

/** The same day of another month, or its last day when it has no such day. */
export function sameDay(date: string, month: string): string {
  const last = addDays(`${addMonths(month, 1)}-01`, -1)
  const day = month + date.slice(7)
  return day > last ? last : day
}

/** Monday is 0. */
export function weekday(date: string): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7
}

/** Whole weeks, beginning on Monday, that hold the days of a month. */
export function weeksOf(month: string): string[][] {
  const last = addDays(`${addMonths(month, 1)}-01`, -1)
  const weeks: string[][] = []
  for (let day = addDays(`${month}-01`, -weekday(`${month}-01`)); day <= last; day = addDays(day, 7))
    weeks.push(Array.from({ length: 7 }, (_, i) => addDays(day, i)))
  return weeks
}

/** Entries by day, in the order in which they came; what lasts stands on each of its days that is shown. */
export function byDay(items: Entry[], days: string[]): Map<string, Entry[]> {
  const out = new Map<string, Entry[]>(days.map((day) => [day, []]))
  for (const item of items) for (const day of days) if (item.date <= day && day <= item.until) out.get(day)!.push(item)
  return out
}

/** The day to which a key leads, undefined for keys that lead nowhere. */
export function dayBy(key: string, from: string): string | undefined {
  switch (key) {
    case 'ArrowLeft':
      return addDays(from, -1)
    case 'ArrowRight':
      return addDays(from, 1)
    case 'ArrowUp':
      return addDays(from, -7)
    case 'ArrowDown':
      return addDays(from, 7)
    case 'Home':
      return addDays(from, -weekday(from))
    case 'End':
      return addDays(from, 6 - weekday(from))
    case 'PageUp':
      return sameDay(from, addMonths(monthOf(from), -1))
    case 'PageDown':
      return sameDay(from, addMonths(monthOf(from), 1))
    default:
      return undefined
  }
}

/** Dates in words: 2026年11月 or November 2026, 周一 or Mon, 11月21日 周六 or Sat, 21 November. */
export function inWords(date: string, lang: 'zh' | 'en', what: 'month' | 'weekday' | 'day'): string {
  const at = new Date(`${date.length === 7 ? `${date}-01` : date}T00:00:00Z`)
  const say = (how: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', { ...how, timeZone: 'UTC' }).format(at)
  if (what === 'month') return say({ year: 'numeric', month: 'long' })
  if (what === 'weekday') return say({ weekday: 'short' })
  const day = say({ month: 'long', day: 'numeric' })
  return lang === 'zh' ? `${day} ${say({ weekday: 'short' })}` : `${say({ weekday: 'short' })}, ${day}`
}
