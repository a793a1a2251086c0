import { expect, it } from 'vitest'
import type { Resource } from '@/api/contract'
import { layout } from './layout'

const order: Resource = {
  name: 'o',
  path: '/o',
  label: 'O',
  kind: 'document',
  title: 'number',
  fields: [
    { name: 'number', label: 'No.', kind: 'text', readonly: true },
    { name: 'memo', label: 'Memo', kind: 'longtext' },
    { name: 'date', label: 'Date', kind: 'date' },
    { name: 'maker', label: 'Maker', kind: 'ref', readonly: true },
    { name: 'bank', label: 'Bank', kind: 'text', section: 'Bank' },
    { name: 'freight', label: 'Freight', kind: 'amount', section: 'totals' },
    { name: 'amount', label: 'Amount', kind: 'amount', computed: true },
  ],
  lines: [{ name: 'lines', label: 'L', fields: [] }],
}
const names = (part: { label: string; fields: { name: string }[] }[]) =>
  part.map((section) => [section.label, section.fields.map((one) => one.name)])

it('puts sums in the foot, sections in the head and long texts last', () => {
  expect(names(layout(order, false, { maker: 3 }).head)).toEqual([
    ['', ['date', 'maker', 'memo']],
    ['Bank', ['bank']],
  ])
  expect(names(layout(order, false, {}).foot)).toEqual([['', ['freight', 'amount']]])
})

it('leaves out what a new record does not have yet', () => {
  expect(names(layout(order, true, {}).head)).toEqual([
    ['', ['date', 'memo']],
    ['Bank', ['bank']],
  ])
})

it('keeps computed sums of a record without lines in the form', () => {
  expect(names(layout({ ...order, lines: [] }, false, {}).foot)).toEqual([['', ['freight']]])
})
