import type { Field, Kind } from '@/api/contract'
import { narrow, parseFigure } from './decimal'
import { parseDate, parseMonth } from './dates'

/** Nothing was entered. false and 0 are values. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** What the server gets for a value of the form: empty figures, dates and references are null. */
export function wire(value: unknown, kind: Kind): unknown {
  if (isEmpty(value)) return kind === 'text' || kind === 'longtext' ? '' : null
  if (kind === 'int') return typeof value === 'number' ? value : Number(value)
  return value
}

/** Fields the person may fill. */
export function writable(field: Field): boolean {
  return !field.readonly && !field.computed
}

const yes = new Set(['是', 'yes', 'y', 'true', '1', '√', '✓'])
const no = new Set(['否', 'no', 'n', 'false', '0', '×', ''])

/**
 * A pasted or linked text as a value of the field; undefined when it does not fit. References are not read
 * here: they need the look-up.
 */
export function readText(text: string, field: Field, today: string): unknown {
  const clean = text.trim()
  switch (field.kind) {
    case 'int':
    case 'amount':
    case 'price':
    case 'quantity':
    case 'rate':
      return parseFigure(clean, field.kind) ?? undefined
    case 'date':
      return parseDate(clean, today) ?? undefined
    case 'month':
      return parseMonth(clean, today) ?? undefined
    case 'bool': {
      const word = narrow(clean).toLowerCase()
      return yes.has(word) ? true : no.has(word) ? false : undefined
    }
    case 'enum':
      return clean === '' ? '' : field.options?.find((one) => one.value === clean || one.label === clean)?.value
    case 'ref':
    case 'json':
      return undefined
    default:
      return clean
  }
}

/** The value a new record starts with; defaults travel as text. */
export function defaultOf(field: Field, today: string): unknown {
  const given = field.default
  if (typeof given !== 'string') return given ?? undefined
  if (field.kind === 'ref') return Number(given) || undefined
  if (field.kind === 'date' && given === 'today') return today
  const value = readText(given, field, today)
  return field.kind === 'int' && value !== undefined && value !== '' ? Number(value) : value
}
