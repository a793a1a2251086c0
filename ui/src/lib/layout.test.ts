import { expect, it } from 'vitest'
import type { Field } from '@/api/contract'
import { plainResource } from '@/api/plain'
import { isBare, layout, mainColumns, phoneColumns, telling, whoIn, tellingSums } from './layout'

const order = plainResource({
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
    { name: 'amount', label: 'Amount', kind: 'amount', readonly: true, computed: true },
  ],
  lines: [{ name: 'lines', label: 'L', min: 0, fields: [] }],
})
const names = (part: { label: string; fields: { name: string }[] }[]) =>
  part.map((section) => [section.label, section.fields.map((one) => one.name)])

it('puts sums in the foot, sections in the head and long texts last', () => {
  expect(names(layout(order, false, { maker: 3 }).head)).toEqual([
    ['', ['date', 'memo']],
    ['Bank', ['bank']],
  ])
  expect(layout(order, false, { maker: 3 }).info.map((one) => one.name)).toEqual(['maker'])
  expect(layout(order, false, {}).info).toEqual([])
  expect(names(layout(order, false, {}).foot)).toEqual([['', ['freight', 'amount']]])
})

it('leaves out what a new record does not have yet', () => {
  expect(names(layout(order, true, {}).head)).toEqual([
    ['', ['date', 'memo']],
    ['Bank', ['bank']],
  ])
})

it('tells first how something with a name stands', () => {
  const fields = [
    { name: 'pooled', label: 'Pool', kind: 'bool' as const, readonly: true },
    { name: 'touched', label: 'Last contact', kind: 'date' as const, readonly: true },
    { name: 'claimed', label: 'Claimed', kind: 'date' as const, readonly: true },
    { name: 'maker', label: 'Maker', kind: 'ref' as const, readonly: true },
  ]
  const rec = { pooled: true, touched: '2026-11-20', claimed: '', maker: 3 }
  const parts = (kind: 'master' | 'document' | 'setup', title = 'number') => {
    const named = [{ name: title, label: 'Title', kind: title === 'day' ? ('date' as const) : ('text' as const) }]
    const { standing, info } = layout({ ...order, kind, title, fields: [...named, ...fields] }, false, rec)
    return [standing.map((one) => one.name), info.map((one) => one.name)]
  }
  expect(parts('master', 'name')).toEqual([['pooled', 'touched'], ['maker']])
  expect(parts('master', 'day')).toEqual([[], ['pooled', 'touched', 'maker']])
  expect(parts('document', 'name')).toEqual([['pooled', 'touched'], ['maker']])
  expect(parts('document')).toEqual([[], ['pooled', 'touched', 'maker']])
  expect(parts('setup', 'name')).toEqual([[], ['pooled', 'touched', 'maker']])
})

it('keeps the amounts of what has a name in the form, lines or not', () => {
  const fields = [
    { name: 'name', label: 'Name', kind: 'text' as const },
    { name: 'expected', label: 'Expected', kind: 'amount' as const },
  ]
  const parts = layout({ ...order, title: 'name', fields }, true, {})
  expect([names(parts.head), names(parts.foot)]).toEqual([[['', ['name', 'expected']]], []])
})

it('finds the parts of a form that nobody filled', () => {
  const bank = { label: 'Bank', fields: [{ name: 'limit', label: 'L', kind: 'amount' as const }] }
  expect([isBare(bank, {}), isBare(bank, { limit: '0.00' }), isBare(bank, { limit: '5.00' })]).toEqual([
    true,
    true,
    false,
  ])
  expect(isBare({ ...bank, label: '' }, {})).toBe(false)
  expect(isBare({ ...bank, fields: [{ ...bank.fields[0]!, required: true }] }, {})).toBe(false)
})

it('keeps an amount that must be typed on top, and one that is taken off in the foot', () => {
  const fields = [
    { name: 'paid', label: 'Paid', kind: 'amount' as const, required: true },
    { name: 'rounding', label: 'Rounding', kind: 'amount' as const },
  ]
  const parts = layout({ ...order, fields }, true, {})
  expect([names(parts.head), names(parts.foot)]).toEqual([[['', ['paid']]], [['', ['rounding']]]])
})

it('keeps computed sums of a record without lines in the form', () => {
  expect(names(layout({ ...order, lines: [] }, false, {}).foot)).toEqual([['', ['freight']]])
})

it('puts what Enter stops at first, then what must be filled', () => {
  const fields = [
    { name: 'owner', label: 'Owner', kind: 'ref' as const },
    { name: 'date', label: 'Date', kind: 'date' as const, required: true },
    { name: 'party', label: 'Party', kind: 'ref' as const, enter: true },
  ]
  expect(names(layout({ ...order, fields }, true, {}).head)).toEqual([['', ['party', 'date', 'owner']]])
})

it('shows the main columns of lines', () => {
  const column = (name: string, more: object) => ({ name, label: name, kind: 'ref' as const, ...more })
  const fields = [
    column('item', { required: true }),
    column('person', {}),
    column('unit', { width: 60, readonly: true }),
    column('quantity', { kind: 'quantity', enter: true }),
    column('amount', { kind: 'amount', computed: true }),
    column('tax', { kind: 'amount', computed: true }),
    column('note', { kind: 'text' }),
  ]
  expect([...mainColumns(fields)].toSorted()).toEqual(['amount', 'item', 'note', 'quantity', 'unit'])
  const looked = [column('stage', { readonly: true }), column('by', { readonly: true })]
  expect([...mainColumns(looked)]).toEqual(['stage', 'by'])
  const wide = fields.map((one) => (one.name === 'tax' ? { ...one, width: 90 } : one))
  expect([...mainColumns(wide)].toSorted()).toEqual(['item', 'note', 'quantity', 'tax', 'unit'])
})

it('finds the column that names a row', () => {
  const of = (...columns: [string, Field['kind']][]) =>
    whoIn(columns.map(([name, kind]) => ({ name, kind, label: name })))?.name
  expect(of(['code', 'text'], ['name', 'text'], ['party', 'ref'])).toBe('name')
  expect(of(['code', 'text'], ['item', 'ref'], ['unit', 'ref'])).toBe('item')
  expect(of(['date', 'date'], ['entry', 'text'], ['warehouse', 'ref'])).toBe('date')
  expect(of()).toBeUndefined()
})

it('puts first on a phone what is read first', () => {
  const of = (...columns: [string, Field['kind']][]) =>
    phoneColumns(columns.map(([name, kind]) => ({ name, kind, label: name }))).map((one) => one.name)
  const sheet: [string, Field['kind']][] = [
    ['date', 'date'],
    ['number', 'text'],
    ['item', 'text'],
  ]
  expect(of(...sheet, ['price', 'price'])).toEqual(['item', 'price', 'date', 'number'])
  expect(of(...sheet, ['gross', 'amount'])).toEqual(['date', 'number', 'item', 'gross'])
  expect(of(['code', 'text'], ['item', 'ref'], ['unit_cost', 'price'])).toEqual(['item', 'code', 'unit_cost'])
  expect(of()).toEqual([])
})

it.each([
  ['bool', true, true],
  ['bool', false, false],
  ['amount', '0.00', false],
  ['amount', '-1', true],
  ['text', '', false],
  ['text', '0', true],
] as const)('tells of a %s %s: %s', (kind, value, want) =>
  expect(telling({ name: 'x', label: 'X', kind }, value)).toBe(want),
)

it('a zero that nobody may type takes no room under a sheet that takes money', () => {
  const sum = (name: string, more = {}) => ({ name, label: name, kind: 'amount' as const, ...more })
  const fields = [
    sum('discount'),
    sum('gross', { computed: true }),
    sum('freight', { readonly: true }),
    sum('net', { computed: true }),
  ]
  const names = (rec: Record<string, string>) => tellingSums(fields, rec).map((one) => one.name)
  expect(names({ gross: '0.00', freight: '0.00', net: '0.00' })).toEqual(['discount', 'gross'])
  expect(names({ gross: '8.00', freight: '8.00', net: '8.00' })).toEqual(['discount', 'gross', 'freight'])
})
