import { expect, it } from 'vitest'
import type { Field, LineSet } from '@/api/contract'
import type { ItemRow } from '@/api/counter'
import {
  blankMarks,
  blockOf,
  chosenOf,
  isFigureKey,
  itemFields,
  picksAgain,
  picksOf,
  priceLabels,
  toggled,
  typedInto,
  type Mark,
} from './pick'

const row = (id: number, name = `N${id}`): ItemRow => ({
  id,
  code: '',
  name,
  spec: '',
  model: '',
  material: '',
  brand: '',
  unit: '盒',
  pack: null,
  theirs: '',
  stock: null,
  here: null,
  places: [],
  last: null,
  usual: null,
  facts: [],
})
const field = (name: string, more: Partial<Field>) => ({ name, label: name, kind: 'text', ...more }) as Field
const lines = (required: boolean): LineSet => ({
  name: 'lines',
  label: '',
  min: 0,
  fields: [
    field('item', { kind: 'ref', ref: 'base.item' }),
    field('book', { kind: 'quantity', computed: true }),
    field('qty', { kind: 'quantity', required }),
  ],
})

it('marks in the order of marking, with quantities', () => {
  let marks: Mark[] = []
  for (const one of [row(3), row(1), row(2)]) marks = toggled(marks, one)
  for (const key of ['1', '2', '.', '5', '.', '0', 'Backspace']) marks = typedInto(marks, 1, key)
  marks = typedInto(marks, 2, '.')
  marks = typedInto(marks, 9, '7')
  expect(picksOf(marks)).toEqual([
    { id: 3, label: 'N3', qty: '' },
    { id: 1, label: 'N1', qty: '12.5' },
    { id: 2, label: 'N2', qty: '.' },
  ])
  expect(toggled(marks, row(1)).map((one) => one.id)).toEqual([3, 2])
})

it('reads quantities as they are typed', () => {
  const of = (qty: string) => picksOf([{ id: 1, label: '', spec: '', unit: '', qty }])[0]!.qty
  expect(['.5', '3.', '007', '', 'x', '1.25'].map(of)).toEqual(['0.5', '3', '007', '', 'x', '1.25'])
})

it('makes lines, one each where a quantity must be there', () => {
  const picks = [
    { id: 1, label: 'A', qty: '' },
    { id: 2, label: 'B', qty: '4' },
  ]
  expect(blockOf(lines(true), picks)).toEqual([
    { item: 1, qty: '1', $labels: { item: 'A' } },
    { item: 2, qty: '4', $labels: { item: 'B' } },
  ])
  expect(blockOf(lines(false), picks)[0]).toEqual({ item: 1, $labels: { item: 'A' } })
  expect(blockOf({ ...lines(true), fields: [] }, picks)).toEqual([])
  const sheet = { resource: 'o', id: 7, number: 'X', date: '', lines: [{ item: 5, label: 'E', qty: '2' }] }
  expect(picksAgain(sheet)).toEqual([{ id: 5, label: 'E', qty: '2' }])
})

it('knows lines with items and the keys that count', () => {
  expect(itemFields(lines(true))?.qty.name).toBe('qty')
  expect(itemFields({ ...lines(true), fields: lines(true).fields.slice(1) })).toBeNull()
  expect(['1', '.', 'Backspace', 'a', 'F1', '-', '12'].map(isFigureKey)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ])
  expect(['', 'M8', 'M8 ', 'M8 30'].map(blankMarks)).toEqual([true, false, true, false])
  const priced = (...labels: string[]) => ({
    ...row(1),
    facts: labels.map((label) => ({ label, value: '1', kind: 'price' as const })),
  })
  expect(priceLabels([priced('a', 'b'), priced('b', 'c')])).toEqual(['a', 'b', 'c'])
})

it('tells what is marked', () => {
  const marks = [
    { id: 1, label: '螺栓', spec: 'M8×30', unit: '盒', qty: '3' },
    { id: 2, label: '螺母', spec: '', unit: '盒', qty: '' },
  ]
  expect(chosenOf(marks)).toBe('螺栓 M8×30 3 盒 · 螺母')
})
