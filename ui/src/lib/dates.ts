// Dates are text "2026-11-21" and mean a day of the company; only instants know a time zone.

function two(n: number): string {
  return String(n).padStart(2, '0')
}

function make(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day))
  date.setUTCFullYear(year)
  const right = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return right && year > 0 ? `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}` : null
}

/** The day `days` after a date. */
export function addDays(date: string, days: number): string {
  const [y = 1970, m = 1, d = 1] = date.split('-').map(Number)
  return new Date(Date.UTC(y, m - 1, d + days)).toISOString().slice(0, 10)
}

/**
 * Reads a typed date: 2026-11-21, 2026/11/21, 2026.11.21, 2026年11月21日, 20261121, 11-21, 1121 (this year),
 * 21 (this month). Returns "" for nothing and null for what is no date.
 */
export function parseDate(typed: string, today: string): string | null {
  const text = typed
    .trim()
    .replace(/[年月/.．。]/g, '-')
    .replace(/[日号]/g, '')
    .replace(/[０-９]/g, (c) => String(c.charCodeAt(0) - 0xff10))
    .replace(/-+$/, '')
  if (text === '') return ''
  const [ty = 2000, tm = 1] = today.split('-').map(Number)
  const full = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text)
  if (full) return make(Number(full[1]), Number(full[2]), Number(full[3]))
  const short = /^(\d{1,2})-(\d{1,2})$/.exec(text) ?? /^(\d{2})(\d{2})$/.exec(text)
  if (short) return make(ty, Number(short[1]), Number(short[2]))
  const day = /^(\d{1,2})$/.exec(text)
  return day ? make(ty, tm, Number(day[1])) : null
}

/** Reads a typed month: 2026-11, 202611, 11 (this year). Same answers as parseDate. */
export function parseMonth(typed: string, today: string): string | null {
  const text = typed
    .trim()
    .replace(/[年/.]/g, '-')
    .replace(/[月]/g, '')
    .replace(/-+$/, '')
  if (text === '') return ''
  const full = /^(\d{4})-(\d{1,2})$/.exec(text) ?? /^(\d{4})(\d{2})$/.exec(text)
  const short = /^(\d{1,2})$/.exec(text)
  const year = full ? Number(full[1]) : Number(today.slice(0, 4))
  const month = full ? Number(full[2]) : short ? Number(short[1]) : 0
  return month >= 1 && month <= 12 ? `${year}-${two(month)}` : null
}

let clock: Intl.DateTimeFormat | undefined

/** From now on instants are told in this zone, the company's; in the browser's own when it does not know the name. */
export function useZone(zone: string): void {
  try {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone || undefined,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
  } catch {
    if (zone) useZone('')
  }
}

/** What the clocks of the company show at an instant: year, month, day, hour, minute, second. */
function wall(at: Date): number[] {
  if (!clock) useZone('')
  const parts = clock!.formatToParts(at)
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value)
  return ['year', 'month', 'day', 'hour', 'minute', 'second'].map(part)
}

/** An instant in the company's time zone: 2026-11-21 14:05. */
export function formatInstant(value: unknown): string {
  if (typeof value !== 'string' || value === '') return ''
  const at = new Date(value)
  if (Number.isNaN(at.getTime())) return value
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = wall(at)
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`
}

/** The value of a datetime-local input for an instant, and back. */
export function toLocalInput(value: unknown): string {
  return formatInstant(value).replace(' ', 'T')
}
export function fromLocalInput(text: string): string {
  const shown = Date.parse(`${text}Z`)
  if (text === '' || Number.isNaN(shown)) return ''
  // How far the clocks are ahead is asked at the guess, and again at what it led to: they may have changed in between.
  const ahead = (at: number) => {
    const [year = 0, month = 1, day, hour, minute, second] = wall(new Date(at))
    return Date.UTC(year, month - 1, day, hour, minute, second) - at
  }
  const guess = shown - ahead(shown)
  return new Date(shown - ahead(guess)).toISOString().replace(/\.\d{3}Z$/, 'Z')
}

/** Today by this machine's clock, used until the company's day is known. */
export function machineToday(): string {
  return formatInstant(new Date().toISOString()).slice(0, 10)
}
