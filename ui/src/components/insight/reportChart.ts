import type { Field, Kind, ReportAnswer, ReportRow } from '@/api/contract'
import type { Series } from './chart'

/** How a report is drawn. rows lead from what is clicked to where the report's own rows lead. */
export interface Drawing {
  kind: 'bar' | 'line'
  flat: boolean
  figure: Kind
  unit: string
  categories: string[]
  series: Series[]
  /** The row behind a click, by category or, where each series is a row, by series. */
  rows: ReportRow[]
  by: 'category' | 'series'
  /** How many rows and columns of figures are drawn, where not all are. */
  part: { rows: number; columns: number } | null
}

// As many as there are colours: more could not be told from each other.
const mostSeries = 8
const mostNames = 20
const mostMarks = 96
const mostFigures = 12

const isMonth = (text: string) => /^\d{4}-\d{2}$/.test(text)
const isPart = (field: Field) => /^c\d+$/.test(field.name)

/** What a row is called. */
export function nameOf(row: ReportRow, field: Field): string {
  const value = row[field.name]
  const option = field.options?.find((one) => one.value === value)
  return option?.label ?? row.$labels?.[field.name] ?? String(value ?? '')
}

/** The columns that can be told from each other by length: those of one kind, of which money comes first. */
function figures(answer: ReportAnswer): Field[] {
  const parts = answer.columns.filter(isPart)
  if (parts.length) return parts
  for (const kind of ['amount', 'quantity', 'int'] as Kind[]) {
    const found = answer.columns.filter((one) => one.kind === kind && one.total && one.name !== 'change')
    if (found.length) return found.length > mostFigures ? [] : found
  }
  return []
}

const text = (value: unknown): string | null => (value === undefined || value === null ? null : String(value))

/**
 * The picture of a report, null where it has none: its rows are called by a text, a reference or a month, it adds figures
 * up, and no row is a single event of a day. Months run from left to right; with months as columns every row is a line.
 */
export function drawingOf(answer: ReportAnswer): Drawing | null {
  const [first] = answer.columns
  if (!first || !['text', 'month', 'ref', 'enum'].includes(first.kind)) return null
  if (answer.columns.some((one) => one.kind === 'date' || one.kind === 'instant')) return null
  const columns = figures(answer)
  const rows = answer.rows.filter((one) => one.$kind === 'line')
  if (!columns.length || rows.length < 2) return null
  const figure = columns[0]!.kind
  const unit = isPart(columns[0]!) ? '' : columns.length === 1 ? columns[0]!.label : ''
  if (columns.length > 1 && columns.every((one) => isMonth(one.label))) {
    const shown = rows.slice(0, mostSeries)
    return {
      kind: 'line',
      flat: false,
      figure,
      unit,
      categories: columns.map((one) => one.label),
      series: shown.map((row) => ({ name: nameOf(row, first), values: columns.map((one) => text(row[one.name])) })),
      rows: shown,
      by: 'series',
      part: rows.length > shown.length ? { rows: shown.length, columns: columns.length } : null,
    }
  }
  const months = rows.every((row) => isMonth(nameOf(row, first)))
  const drawn = columns.slice(0, mostSeries)
  const names = months ? rows.length : Math.min(mostNames, Math.max(Math.floor(mostMarks / drawn.length), 4))
  const shown = rows.slice(0, names)
  const whole = rows.length === shown.length && columns.length === drawn.length
  return {
    kind: months ? 'line' : 'bar',
    flat: !months && drawn.length <= 2,
    figure,
    unit,
    categories: shown.map((row) => nameOf(row, first)),
    series: drawn.map((one) => ({ name: one.label, values: shown.map((row) => text(row[one.name])) })),
    rows: shown,
    by: 'category',
    part: whole ? null : { rows: shown.length, columns: drawn.length },
  }
}
