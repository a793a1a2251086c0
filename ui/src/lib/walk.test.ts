import { describe, expect, it } from 'vitest'
import { firstStop, onArrow, onEnter, onEnterBack, onTab, windowOf, type Column } from './walk'

// item*, spec (fixed), quantity*, price*, amount (fixed), memo; * = Enter stops
const columns: Column[] = [
  { editable: true, enter: true },
  { editable: false, enter: false },
  { editable: true, enter: true },
  { editable: true, enter: true },
  { editable: false, enter: true },
  { editable: true, enter: false },
]
const plain: Column[] = [
  { editable: true, enter: false },
  { editable: false, enter: false },
  { editable: true, enter: false },
]
const step = (row: number, col: number, add = false) => ({ row, col, add })

describe('Enter', () => {
  it('walks the marked cells and adds a row at the end', () => {
    expect(onEnter(columns, { row: 0, col: 0 }, 1)).toEqual(step(0, 2))
    expect(onEnter(columns, { row: 0, col: 2 }, 1)).toEqual(step(0, 3))
    expect(onEnter(columns, { row: 0, col: 3 }, 1)).toEqual(step(1, 0, true))
    expect(onEnter(columns, { row: 0, col: 3 }, 2)).toEqual(step(1, 0))
    expect(onEnter(columns, { row: 0, col: 5 }, 2)).toEqual(step(1, 0))
  })
  it('stops everywhere when nothing is marked', () => {
    expect(onEnter(plain, { row: 0, col: 0 }, 1)).toEqual(step(0, 2))
    expect(onEnter(plain, { row: 0, col: 2 }, 1)).toEqual(step(1, 0, true))
  })
  it('goes nowhere in a grid without inputs', () => {
    expect(onEnter([{ editable: false, enter: true }], { row: 0, col: 0 }, 1)).toBeNull()
    expect(firstStop([{ editable: false, enter: true }])).toBe(-1)
  })
  it('walks back with Shift', () => {
    expect(onEnterBack(columns, { row: 1, col: 0 })).toEqual(step(0, 3))
    expect(onEnterBack(columns, { row: 1, col: 3 })).toEqual(step(1, 2))
    expect(onEnterBack(columns, { row: 0, col: 0 })).toBeNull()
  })
})

describe('Tab and arrows', () => {
  it('goes through every input and leaves at the ends', () => {
    expect(onTab(columns, { row: 0, col: 3 }, 2, false)).toEqual(step(0, 5))
    expect(onTab(columns, { row: 0, col: 5 }, 2, false)).toEqual(step(1, 0))
    expect(onTab(columns, { row: 1, col: 5 }, 2, false)).toBeNull()
    expect(onTab(columns, { row: 1, col: 0 }, 2, true)).toEqual(step(0, 5))
    expect(onTab(columns, { row: 0, col: 0 }, 2, true)).toBeNull()
  })
  it('keeps the column and adds below the last row', () => {
    expect(onArrow({ row: 1, col: 2 }, 2, false)).toEqual(step(0, 2))
    expect(onArrow({ row: 0, col: 2 }, 2, false)).toBeNull()
    expect(onArrow({ row: 0, col: 2 }, 2, true)).toEqual(step(1, 2))
    expect(onArrow({ row: 1, col: 2 }, 2, true)).toEqual(step(2, 2, true))
  })
})

describe('the rows in view', () => {
  it('keeps a margin and stays inside', () => {
    expect(windowOf(0, 560, 28, 2000)).toEqual([0, 30])
    expect(windowOf(28000, 560, 28, 2000)).toEqual([990, 1030])
    expect(windowOf(55440, 560, 28, 2000)).toEqual([1970, 2000])
    expect(windowOf(99999, 560, 28, 5)).toEqual([4, 5])
  })
})
