import { expect, it } from 'vitest'
import type { Rec, Resource, TimelineItem } from '@/api/contract'
import { versionsOf } from './versions'

const of = {
  name: 'stock.delivery',
  fields: [
    { name: 'gross', label: 'Total', kind: 'amount', computed: true, total: true },
    { name: 'charge', label: 'Charges', kind: 'amount', computed: true },
    { name: 'party', label: 'Customer', kind: 'ref' },
    { name: 'revision', label: 'Revision', kind: 'int' },
  ],
  lines: [
    {
      name: 'lines',
      label: 'Lines',
      fields: [
        { name: 'qty', label: 'Quantity', kind: 'quantity', total: true },
        { name: 'base_qty', label: 'Base quantity', kind: 'quantity', computed: true },
      ],
    },
  ],
} as unknown as Resource

const record = { id: 7, revision: 2, lines: [{ id: 11 }, { id: 13 }] } as unknown as Rec

const event = (action: string, changes: object[]) =>
  ({ kind: 'audit', action, actor: 'Ann', at: `at ${action}`, changes }) as unknown as TimelineItem

it('tells each version of a sheet, the latest first, without what the program counts by itself', () => {
  const found = versionsOf(of, record, [
    event('modify', [
      { field: 'qty', label: 'Lines · Quantity', line: 13, before: '4', after: '6' },
      { field: 'base_qty', label: 'Lines · Base quantity', line: 13, before: '4', after: '6' },
      { field: 'revision', label: 'Revision', line: 0, before: '1', after: '2' },
      { field: 'gross', label: 'Total', line: 0, before: '40.00', after: '60.00' },
      { field: 'charge', label: 'Charges', line: 0, before: '', after: '1' },
    ]),
    { kind: 'comment', action: '', text: 'modify' } as unknown as TimelineItem,
    event('modify', [
      { field: 'qty', label: 'Lines · Quantity', line: 12, before: '3', after: '' },
      { field: 'party', label: 'Customer', line: 0, before: 'East', after: 'West' },
    ]),
    event('create,post', [{ field: 'party', label: 'Customer', line: 0, before: '', after: 'East' }]),
  ])
  expect(found.map((one) => [one.nth, one.at, one.actor])).toEqual([
    [2, 'at modify', 'Ann'],
    [1, 'at modify', 'Ann'],
    [0, 'at create,post', 'Ann'],
  ])
  expect(found[0]!.changes).toEqual([
    { label: 'Quantity', kind: 'quantity', row: 2, before: '4', after: '6', gone: false },
    { label: 'Total', kind: 'amount', row: 0, before: '40.00', after: '60.00', gone: false },
  ])
  expect(found[1]!.changes).toEqual([
    { label: 'Lines · Quantity', kind: 'quantity', row: 0, before: '3', after: '', gone: true },
    { label: 'Customer', kind: undefined, row: 0, before: 'East', after: 'West', gone: false },
  ])
  expect(found[2]!.changes).toEqual([])
})
