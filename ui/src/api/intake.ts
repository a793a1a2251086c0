// What the program makes of a table that somebody drops on it.

export interface IntakeField {
  key: string
  label: string
  must: boolean
}

export interface IntakeKind {
  name: string
  label: string
  /** Records that exist are written on, so the person may say which side counts. */
  writes: boolean
  fields: IntakeField[]
}

export interface IntakeRead {
  name: string
  format: string
  sheets: string[]
  sheet: number
  /** Number of the row of the head, 0 for none. */
  head: number
  kind: string
  kinds: IntakeKind[]
  columns: { title: string; field: string; sure: boolean }[]
  sample: string[][]
  rows: number
  passed: { row: number; why: 'total' | 'head' | 'note'; text: string }[]
  passed_more: number
  /** The meanings are those that were confirmed for the same heads before. */
  remembered: boolean
}

export interface BadRow {
  row: number
  cells: string[]
  problems: { column: string; detail: string }[]
}

/** A value that stands although a row says otherwise. */
export interface KeptValue {
  row: number
  name: string
  label: string
  stands: string
  given: string
}

export interface Outcome {
  kind: string
  rows: number
  created: number
  updated: number
  same: number
  waiting: number
  /** Rows that went onto an opening balance, those of them that took the place of others, and those left out. */
  put: number
  replaced: number
  stayed: number
  /** The file as the program remembers it: by it the result is found again, and taken back. */
  file: number
  made: { label: string; names: string[]; count: number }[]
  kept: KeptValue[]
  kept_count: number
  /** Keys and titles of the fields of the bad rows. */
  columns: string[]
  titles: string[]
  bad: BadRow[]
  bad_count: number
  /** Address of the file that holds all bad rows, '' for none. */
  marked: string
  /** Page on which the result stands. */
  to: string
}

/** What becomes of rows about which a figure stands already. */
export type Choice = '' | 'leave' | 'replace' | 'add'

/** A file that was taken. */
export interface TakenFile {
  id: number
  name: string
  label: string
  at: string
  by: string
  job: number
  state: 'taken' | 'part' | 'undone'
  /** What goes when it is taken back, and what is known to stay. */
  records?: { label: string; count: number }[]
  lines?: number
  left?: Stays[]
  outcome?: Outcome
}

export interface Stays {
  label: string
  detail: string
}

/** What came of taking a file back. */
export interface TakenBack {
  removed: number
  reversed: number
  lines: number
  was: number
  left: Stays[]
  left_count: number
}
