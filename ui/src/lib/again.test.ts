import { expect, it } from 'vitest'
import { plainResource } from '@/api/plain'
import { again, repeated } from './again'

const sheet = plainResource({
  name: 'o',
  path: '/o',
  label: 'O',
  kind: 'document',
  can: [],
  fields: [
    { name: 'party', label: '', kind: 'ref', ref: 'base.party' },
    { name: 'warehouse', label: '', kind: 'ref', ref: 'base.warehouse' },
    { name: 'discount', label: '', kind: 'amount' },
  ],
  lines: [
    { name: 'charges', label: '', min: 0, fields: [{ name: 'amount', label: '', kind: 'amount' }] },
    {
      name: 'lines',
      label: '',
      min: 1,
      fields: [
        { name: 'item', label: '', kind: 'ref', ref: 'base.item' },
        { name: 'qty', label: '', kind: 'quantity', required: true },
        { name: 'price', label: '', kind: 'price' },
      ],
    },
  ],
})

it('writes the items and quantities again, without prices, charges and discounts', () => {
  const from = {
    party: 7,
    warehouse: 0,
    discount: '5',
    charges: [{ amount: '3' }],
    $labels: { party: '宏发五金' },
    lines: [
      { id: 1, item: 11, qty: '0.5', base_qty: '2.5', price: '45', $labels: { item: '螺栓', unit: '箱' } },
      { id: 2, item: 12, qty: '-1', price: '9' },
      { id: 3, item: 0, qty: '1' },
      { id: 4, item: 13, qty: '0' },
      { id: 5, item: 14, qty: '4' },
    ],
  }
  expect(again(sheet, from)).toEqual({
    head: [['party', 7, '宏发五金']],
    lines: [
      { item: 11, qty: '2.5', $labels: { item: '螺栓' } },
      { item: 14, qty: '4', $labels: { item: '' } },
    ],
  })
})

it('is not for sheets without a party or without items', () => {
  expect(repeated(sheet)?.name).toBe('lines')
  expect(repeated({ ...sheet, fields: sheet.fields.slice(1) })).toBeUndefined()
  expect(again({ ...sheet, lines: sheet.lines!.slice(0, 1) }, { party: 7 })).toEqual({ head: [], lines: [] })
})
