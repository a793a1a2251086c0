import { describe, expect, it } from 'vitest'
import type { Field, LineSet } from '@/api/contract'
import {
  guessedIn,
  keptMarks,
  marked,
  markOf,
  meantForSheet,
  spokenBlock,
  spokenMoney,
  takeMarks,
  type SpokenLine,
} from './dictation'
import { newRow, rowPath } from './sheet'

const field = (name: string, kind: string, more: Partial<Field> = {}) => ({ name, kind, label: name, ...more }) as Field
const set = {
  name: 'lines',
  label: 'Lines',
  min: 1,
  fields: [
    field('item', 'ref', { ref: 'base.item' }),
    field('unit', 'ref', { ref: 'base.unit' }),
    field('qty', 'quantity'),
    field('price', 'price'),
    field('note', 'text'),
  ],
} as unknown as LineSet
const line = (more: Partial<SpokenLine>): SpokenLine => ({
  said: '球阀20个',
  item: { id: 7, label: '铜球阀 DN15', said: '球阀', sure: true, others: [] },
  unit: { id: 3, label: '个' },
  own: true,
  qty: '20',
  price: null,
  free: false,
  guessed: [],
  note: '',
  ...more,
})

describe('a text as lines', () => {
  it('takes what was said and leaves the price to the sheet where none was', () => {
    expect(spokenBlock(set, [line({ note: '加急' })])).toEqual([
      { item: 7, qty: '20', note: '加急', $labels: { item: '铜球阀 DN15' }, $guess: undefined },
    ])
    expect(spokenBlock(set, [line({ price: '12.5', free: true })])[0]).not.toHaveProperty('free')
    expect(spokenBlock(set, [line({ own: false })])[0]).not.toHaveProperty('unit')
    expect(spokenBlock(set, [line({ own: false, price: '750' })])[0]).toMatchObject({ unit: 3, price: '750' })
  })
  it('marks what was guessed until it is touched', () => {
    const others = [{ id: 8, label: '铜球阀 DN20' }]
    const guess = { id: 7, label: '铜球阀 DN15', said: '球阀', sure: false, others }
    const [values] = spokenBlock(set, [line({ item: guess, guessed: ['qty'] })])
    const row = newRow({ ...values, $guessAt: 4 })
    const edits = new Map([[rowPath('lines', row.$key, 'item'), 4]])
    expect(guessedIn('lines', row, edits)).toEqual(['item', 'qty'])
    expect(marked({ lines: [row] }, 'lines', edits)[0]!.mark).toEqual({
      said: '球阀20个',
      cells: ['item', 'qty'],
      others,
    })
    edits.set(rowPath('lines', row.$key, 'qty'), 5)
    expect(guessedIn('lines', row, edits)).toEqual(['item'])
    edits.set(rowPath('lines', row.$key, 'item'), 6)
    expect(marked({ lines: [row] }, 'lines', edits)).toEqual([])
  })
})

describe('beside the lines', () => {
  it('money goes into an empty till only, as a guess', () => {
    expect(spokenMoney([newRow()], '500')).toEqual({
      amount: '500',
      $guess: { said: '500', cells: ['amount'], others: [] },
    })
    expect(spokenMoney([newRow({ amount: '20' })], '500')).toBeNull()
    expect(spokenMoney([], null)).toBeNull()
  })
  it('what is pasted into a field stays there', () => {
    expect(meantForSheet('M8 30 304', 'field')).toBe(false)
    expect(meantForSheet('M8 30 304', 'party')).toBe(false)
    expect(meantForSheet('M8 30 304', 'page')).toBe(true)
    expect(meantForSheet('宏发五金 球阀20，生料带一箱，弯头5', 'party')).toBe(true)
    expect(meantForSheet('宏发五金\n球阀20', 'party')).toBe(true)
    expect(meantForSheet('a\tb\nc\td', 'page')).toBe(false)
  })
})

describe('a sheet that is put aside with guesses', () => {
  it('has them again, on the lines that are still the same', () => {
    const rows = [newRow({ id: 1, item: 5 }), newRow({ item: 7 }), newRow({ item: 8 }), newRow()]
    const mark = markOf('生料带一箱', ['unit'], [])
    Object.assign(rows[1]!, { $guess: mark, $guessAt: 9 })
    Object.assign(rows[2]!, { $guess: mark, $guessAt: 9 })
    const edits = new Map([
      [rowPath('lines', rows[1]!.$key, 'item'), 1],
      [rowPath('lines', rows[2]!.$key, 'item'), 1],
    ])
    const told = { note: 'PVC胶5瓶', party: null }
    const kept = keptMarks('lines', { lines: rows, $spoken: told }, edits, null)
    expect(kept.lines).toEqual([
      { at: 1, item: 7, mark },
      { at: 2, item: 8, mark },
    ])
    const stored = { lines: [newRow({ id: 1, item: 5 }), newRow({ id: 2, item: 7 }), newRow({ id: 3, item: 99 })] }
    takeMarks('lines', stored, JSON.parse(JSON.stringify(kept)), 0)
    expect(marked(stored, 'lines', new Map()).map((one) => [one.row.id, one.cells])).toEqual([[2, ['unit']]])
    expect(stored).toMatchObject({ $spoken: { note: 'PVC胶5瓶' }, $spokenAt: 0 })
  })
})
