import type { Ref } from 'vue'
import type { Field, LineSet } from '@/api/contract'
import { isZero, negate, sum } from '@/lib/decimal'
import type { Row } from '@/lib/sheet'
import { isEmpty, writable } from '@/lib/values'
import type { Cell } from '@/lib/walk'
import type { Sheet } from './useSheet'
import { useKeyMap } from './useKeyMap'

interface Grid {
  sheet: Sheet
  set: LineSet
  at: Ref<Cell | null>
  rows: () => Row[]
  fields: () => Field[]
  edit: (what: 'insert' | 'copy' | 'remove') => void
  goTo: (row: number, col: number) => unknown
  /** On to the next stop, leaving what was half typed in the cell. */
  goOn: () => void
}

/** What keys do in the lines besides moving: rows, cells as above, and the two sides of a voucher. */
export function useGridKeys(grid: Grid) {
  const keys = useKeyMap()

  const put = (row: Row, name: string, value: unknown, label?: string) =>
    grid.sheet.setCell(grid.set.name, row.$key, name, value, label)

  let echo = false

  /** Whether a key is the Enter by habit behind ".." or "//", which have gone on already. To be asked of each key once. */
  function isEcho(event: KeyboardEvent): boolean {
    const was = echo
    if (!['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) echo = false
    return was && event.key === 'Enter'
  }

  /** ".." takes the cell of the row above, "//" that of the first row. */
  function copied(event: KeyboardEvent, at: Cell): boolean {
    const input = event.target
    if (!(input instanceof HTMLInputElement) || !['.', '/'].includes(event.key)) return false
    if (event.altKey || event.ctrlKey || input.value !== event.key || input.selectionStart !== 1) return false
    const from = grid.rows()[event.key === '.' ? at.row - 1 : 0]
    const row = grid.rows()[at.row]
    const field = grid.fields()[at.col]
    if (!from || !row || !field || from === row || !writable(field) || isEmpty(from[field.name])) return false
    put(row, field.name, from[field.name], from.$labels?.[field.name])
    grid.goOn()
    echo = true
    return true
  }

  const sideAt = (at: Cell) => {
    const name = grid.fields()[at.col]?.name
    return name === 'debit' || name === 'credit' ? name : undefined
  }
  const isVoucher = () => ['debit', 'credit'].every((name) => grid.set.fields.some((one) => one.name === name))

  /** The amount that balances the voucher, in this row on the side where it is positive. */
  function balance(at: Cell): boolean {
    const row = grid.rows()[at.row]
    if (!row || !isVoucher() || !sideAt(at)) return false
    const others = grid.rows().filter((one) => one !== row)
    const left = sum([sum(others.map((one) => one.debit)), negate(sum(others.map((one) => one.credit)))])
    if (isZero(left)) return true
    const owed = left.startsWith('-')
    put(row, 'debit', owed ? negate(left) : '')
    put(row, 'credit', owed ? '' : left)
    return (follow(at, owed ? 'debit' : 'credit'), true)
  }

  /** The amount goes over to the other side. */
  function change(at: Cell): boolean {
    const row = grid.rows()[at.row]
    const side = sideAt(at)
    if (!row || !side || !isVoucher()) return false
    const { debit, credit } = row
    put(row, 'debit', credit ?? '')
    put(row, 'credit', debit ?? '')
    return (follow(at, side === 'debit' ? 'credit' : 'debit'), true)
  }

  function follow(at: Cell, name: string) {
    const col = grid.fields().findIndex((one) => one.name === name)
    if (col >= 0) void grid.goTo(at.row, col)
  }

  /** Whether the key was one of these, and is done. */
  function onKey(event: KeyboardEvent): boolean {
    const at = grid.at.value
    if (!at) return false
    if (copied(event, at)) return true
    if (event.key === '=' || keys.is(event, 'balance')) return balance(at)
    if (event.key === ' ') return change(at)
    for (const [command, what] of [
      ['insert', 'insert'],
      ['copyRow', 'copy'],
      ['dropRow', 'remove'],
    ] as const) {
      if (keys.is(event, command)) return (grid.edit(what), true)
    }
    return false
  }

  return { onKey, isEcho, isVoucher }
}
