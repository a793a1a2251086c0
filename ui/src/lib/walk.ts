// Where the cursor goes in the grid of lines. Pure, so that every key can be tested without a browser.

export interface Column {
  editable: boolean
  /** Enter stops here. When no column is marked, Enter stops at every editable one. */
  enter: boolean
}

export interface Cell {
  row: number
  col: number
}

/** The answer of a step: a cell, and whether a new row must be added first; null = leave the grid. */
export interface Step extends Cell {
  add: boolean
}

function stops(columns: Column[], byEnter: boolean): number[] {
  const marked = columns.some((one) => one.enter && one.editable)
  return columns.flatMap((one, i) => (one.editable && (!byEnter || !marked || one.enter) ? [i] : []))
}

/** The first cell where typing starts, or -1 when nothing can be typed. */
export function firstStop(columns: Column[]): number {
  return stops(columns, true)[0] ?? -1
}

/** Enter: the next stop in the row, else the first stop of the next row, else a new row. */
export function onEnter(columns: Column[], at: Cell, rows: number): Step | null {
  const list = stops(columns, true)
  const next = list.find((col) => col > at.col)
  if (next !== undefined) return { row: at.row, col: next, add: false }
  const first = list[0]
  return first === undefined ? null : { row: at.row + 1, col: first, add: at.row + 1 >= rows }
}

/** Shift+Enter: the way back; null before the first cell. */
export function onEnterBack(columns: Column[], at: Cell): Step | null {
  const list = stops(columns, true)
  const before = list.filter((col) => col < at.col).at(-1)
  if (before !== undefined) return { row: at.row, col: before, add: false }
  const last = list.at(-1)
  return at.row === 0 || last === undefined ? null : { row: at.row - 1, col: last, add: false }
}

/** Tab and Shift+Tab go through every editable cell and leave the grid at its ends. */
export function onTab(columns: Column[], at: Cell, rows: number, back: boolean): Step | null {
  const list = stops(columns, false)
  if (list.length === 0) return null
  const beside = back ? list.filter((col) => col < at.col).at(-1) : list.find((col) => col > at.col)
  if (beside !== undefined) return { row: at.row, col: beside, add: false }
  const row = at.row + (back ? -1 : 1)
  if (row < 0 || row >= rows) return null
  return { row, col: back ? list.at(-1)! : list[0]!, add: false }
}

/** Up and down stay in the column; down in the last row adds one. */
export function onArrow(at: Cell, rows: number, down: boolean): Step | null {
  if (!down) return at.row === 0 ? null : { ...at, row: at.row - 1, add: false }
  return { ...at, row: at.row + 1, add: at.row + 1 >= rows }
}

/** Rows of fixed height that are worth drawing: first and last (exclusive) with some spare on both sides. */
export function windowOf(scroll: number, height: number, rowHeight: number, rows: number): [number, number] {
  const spare = 10
  const first = Math.max(0, Math.floor(scroll / rowHeight) - spare)
  return [Math.min(first, Math.max(0, rows - 1)), Math.min(rows, Math.ceil((scroll + height) / rowHeight) + spare)]
}
