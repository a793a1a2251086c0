import { expect, it } from 'vitest'
import type { Field, Meta, Rec } from '@/api/contract'
import { plainResource } from '@/api/plain'
import { counted, offspring } from './related'

const by = (name: string, more: Partial<Field> = {}): Field => ({
  name,
  label: name,
  kind: 'ref',
  ref: 'base.party',
  filter: true,
  ...more,
})
const made = (name: string, fields: Field[], more: object = {}) =>
  plainResource({ name, kind: 'document', can: ['read', 'create'], fields, ...more })

const all = [
  made('crm.follow_up', [by('customer')], { kind: 'master' }),
  made('sales.order', [by('customer')]),
  made('purchasing.order', [by('supplier')]),
  made('stock.move', [by('party', { readonly: true })]),
  made('base.item', [by('maker', { filter: false })]),
  made('crm.lead', [by('owner', { ref: 'base.person' })]),
  made('sales.readonly', [by('customer')], { can: ['read'] }),
  made('base.tag', [by('customer')], { kind: 'setup' }),
  made('base.party', [by('merged_into')], { kind: 'master' }),
  made('settlement.receipt', [by('party')]),
]
const meta = {
  create: ['settlement.receipt', 'sales.order', 'purchasing.order'].map((one) => ({ label: '', to: `/r/${one}/new` })),
  resources: Object.fromEntries(all.map((one) => [one.name, one])),
} as unknown as Meta
const of = (name: string, rec: Rec) => offspring(meta, meta.resources[name]!, rec).map((one) => one.to)

it('offers what refers to the record, in the order of the menu', () => {
  expect(of('base.party', { id: 7, customer: true, supplier: false })).toEqual([
    '/r/settlement.receipt/new?party=7',
    '/r/sales.order/new?customer=7',
    '/r/crm.follow_up/new?customer=7',
  ])
  expect(of('base.party', { id: 7, customer: false, supplier: true })).toEqual([
    '/r/settlement.receipt/new?party=7',
    '/r/purchasing.order/new?supplier=7',
  ])
})

it('offers nothing for whose a record is', () => {
  meta.resources['base.person'] = plainResource({ name: 'base.person', kind: 'master' })
  expect(of('base.person', { id: 1 })).toEqual([])
})

it.each([
  [0, '0'],
  [999, '999'],
  [1000, '999+'],
] as const)('counts %d as %s', (count, want) => expect(counted(count)).toBe(want))
