import { describe, expect, it } from 'vitest'
import type { Preview, Rec } from '@/api/contract'
import { plainResource } from '@/api/plain'
import {
  adopt,
  buildBody,
  byPath,
  copyAsNew,
  isBlank,
  mergeAnswer,
  newRow,
  pathToPointer,
  pointerToPath,
  rowPath,
  rowsOf,
  type Edits,
} from './sheet'

const resource = plainResource({
  name: 'sales.order',
  path: '/api/v1/sales/orders',
  label: 'Order',
  kind: 'document',
  fields: [
    { name: 'number', label: 'No.', kind: 'text', readonly: true },
    { name: 'date', label: 'Date', kind: 'date' },
    { name: 'customer', label: 'Customer', kind: 'ref', ref: 'party.customer' },
    { name: 'memo', label: 'Memo', kind: 'text' },
    { name: 'amount', label: 'Amount', kind: 'amount', computed: true },
  ],
  lines: [
    {
      name: 'lines',
      label: 'Lines',
      min: 0,
      fields: [
        { name: 'item', label: 'Item', kind: 'ref', ref: 'item.item' },
        { name: 'unit', label: 'Unit', kind: 'text', readonly: true },
        { name: 'quantity', label: 'Qty', kind: 'quantity' },
        { name: 'price', label: 'Price', kind: 'price' },
        { name: 'amount', label: 'Amount', kind: 'amount', computed: true },
      ],
    },
  ],
})

const stored: Rec = {
  id: 7,
  version: 3,
  number: 'SO1',
  date: '2026-11-21',
  customer: 5,
  memo: 'x',
  amount: '30.00',
  $labels: { customer: 'Hongfa' },
  lines: [
    { id: 1, item: 11, quantity: '2', price: '10', amount: '20.00' },
    { id: 2, item: 12, quantity: '1', price: '10', amount: '10.00' },
  ],
}

describe('buildBody', () => {
  it('sends what is filled of a new record, without blank lines and without what is not writable', () => {
    const typed = newRow({ item: 11, quantity: '2', unit: 'box', amount: '20.00', $labels: { item: 'Bolt' } })
    const rec: Rec = { date: '2026-11-21', customer: 5, memo: '', number: 'no', amount: '9', lines: [typed, newRow()] }
    const edits: Edits = new Map([[rowPath('lines', typed.$key, 'item'), 1]])
    const [body, keys] = buildBody(resource, rec, null, edits)
    expect(body).toEqual({ date: '2026-11-21', customer: 5, lines: [{ item: 11, quantity: '2' }] })
    expect(keys).toEqual({ lines: [typed.$key] })
  })
  it('sends nothing for an unchanged record', () => {
    expect(buildBody(resource, adopt(resource, stored), adopt(resource, stored), new Map())[0]).toEqual({})
  })
  it('sends the changed field, a cleared one as null, and all lines when one changed', () => {
    const rec = adopt(resource, stored)
    rec.customer = null
    rec.memo = ''
    rowsOf(rec, 'lines')[1]!.quantity = '4'
    const [body] = buildBody(resource, rec, adopt(resource, stored), new Map([['customer', 1]]))
    expect(body).toEqual({
      customer: null,
      memo: '',
      lines: [
        { id: 1, item: 11, quantity: '2', price: '10' },
        { id: 2, item: 12, quantity: '4', price: '10' },
      ],
    })
  })
  it('leaves a removed line out', () => {
    const rec = adopt(resource, stored)
    rec.lines = rowsOf(rec, 'lines').slice(1)
    const [body] = buildBody(resource, rec, adopt(resource, stored), new Map())
    expect(body).toEqual({ lines: [{ id: 2, item: 12, quantity: '1', price: '10' }] })
  })
})

describe('pointers', () => {
  const keys = { lines: [41, 43] }
  it.each([
    ['/customer', 'customer'],
    ['/lines/1/quantity', 'lines#43/quantity'],
    ['/lines/0', 'lines#41/'],
    ['/lines', 'lines'],
    ['/lines/9/item', 'lines'],
    ['', ''],
  ])('%s is the path %s', (pointer, path) => expect(pointerToPath(pointer, keys)).toBe(path))
  it('go back', () => {
    expect(pathToPointer('lines#43/quantity', keys)).toBe('/lines/1/quantity')
    expect(pathToPointer('customer', keys)).toBe('/customer')
    expect(pathToPointer('lines#99/item', keys)).toBe('')
    expect(pathToPointer('', keys)).toBe('')
  })
  it('gather problems at their cells', () => {
    const [there, nowhere] = ['/lines/0/item', ''].map((pointer) => ({ pointer, code: 'x', detail: pointer }))
    const map = byPath([there!, nowhere!], keys)
    expect([...map]).toEqual([
      ['lines#41/item', [there]],
      ['', [nowhere]],
    ])
  })
})

describe('lines that follow from a sheet chosen in the head', () => {
  const back = plainResource({
    name: 'stock.sales_return',
    path: '/api/v1/stock/sales-returns',
    label: 'Return',
    kind: 'document',
    fields: [
      { name: 'party', label: 'Customer', kind: 'ref', ref: 'base.party' },
      { name: 'source', label: 'Original', kind: 'ref', ref: 'stock.delivery', once: true },
    ],
    lines: [
      {
        name: 'lines',
        label: 'Lines',
        min: 1,
        carried: ['source_line'],
        fields: [
          { name: 'item', label: 'Item', kind: 'ref', ref: 'base.item' },
          { name: 'qty', label: 'Qty', kind: 'quantity' },
          { name: 'amount', label: 'Amount', kind: 'amount', computed: true },
          { name: 'source', label: 'Original', kind: 'ref', ref: 'stock.delivery' },
        ],
      },
    ],
  })
  const line = (item: number, at: number) => ({
    id: 0,
    item,
    qty: '2',
    amount: '196.00',
    source: 12,
    source_line: at,
    $labels: { item: `Item ${item}` },
  })
  const answer = (lines: Rec[]): Preview => ({
    problems: [],
    actions: [],
    facts: [],
    record: { party: 5, source: 12, lines },
  })

  it('stand in the grid, are sent and carry the line of the original', () => {
    const rec: Rec = { source: 12, lines: [newRow()] }
    const edits: Edits = new Map([['source', 1]])
    const asked = { preview: answer([line(7, 70), line(8, 80)]), keys: { lines: [] }, sentAt: 1, changed: 'source' }
    expect(mergeAnswer(back, rec, edits, asked)).toBe(true)
    expect(rowsOf(rec, 'lines').map((row) => [row.item, row.qty, row.id, isBlank('lines', row, edits)])).toEqual([
      [7, '2', undefined, false],
      [8, '2', undefined, false],
    ])
    expect(buildBody(back, rec, null, edits)[0]).toEqual({
      party: 5,
      source: 12,
      lines: [
        { item: 7, qty: '2', source: 12, source_line: 70 },
        { item: 8, qty: '2', source: 12, source_line: 80 },
      ],
    })
  })
  it('take the place of those of another sheet, and leave what was typed since', () => {
    const old = newRow({ item: 3, qty: '1' })
    const later = newRow({ item: 4, qty: '9' })
    const rec: Rec = { source: 12, lines: [old, later] }
    const edits: Edits = new Map([
      [rowPath('lines', old.$key, 'item'), 1],
      ['source', 2],
      [rowPath('lines', later.$key, 'item'), 3],
    ])
    mergeAnswer(back, rec, edits, {
      preview: answer([line(7, 70)]),
      keys: { lines: [old.$key] },
      sentAt: 2,
      changed: 'source',
    })
    expect(rowsOf(rec, 'lines').map((row) => row.item)).toEqual([7, 4])
  })
  it('do not come of anything else', () => {
    const rec: Rec = { source: 12, lines: [newRow()] }
    const asked = { preview: answer([line(7, 70)]), keys: { lines: [] }, sentAt: 1, changed: 'party' }
    expect(mergeAnswer(back, rec, new Map([['party', 1]]), asked)).toBe(false)
    expect(rowsOf(rec, 'lines').map((row) => row.item)).toEqual([undefined])
  })
})

describe('mergeAnswer', () => {
  function setup() {
    const row = newRow({ item: 11, quantity: '2', price: '9' })
    const rec: Rec = { customer: 5, memo: 'mine', lines: [row] }
    const preview: Preview = {
      problems: [],
      actions: [],
      facts: [],
      record: {
        customer: 5,
        memo: 'server',
        date: '2026-11-21',
        amount: '18.00',
        $labels: { customer: 'Hongfa' },
        $upper: '壹拾捌元整',
        lines: [{ item: 11, unit: 'box', quantity: '2.00', price: '12.5', amount: '18.00', $labels: { item: 'Bolt' } }],
      },
    }
    return { row, rec, preview, keys: { lines: [row.$key] } }
  }
  it('fills what nobody touched and leaves what was typed', () => {
    const { row, rec, preview, keys } = setup()
    const edits: Edits = new Map([
      ['memo', 1],
      [rowPath('lines', row.$key, 'quantity'), 2],
      [rowPath('lines', row.$key, 'price'), 3],
    ])
    mergeAnswer(resource, rec, edits, { preview, keys, sentAt: 3, changed: rowPath('lines', row.$key, 'price') })
    expect(rec).toMatchObject({ memo: 'mine', date: '2026-11-21', amount: '18.00', $upper: '壹拾捌元整' })
    expect(rec.$labels).toEqual({ customer: 'Hongfa' })
    expect(rowsOf(rec, 'lines')[0]).toMatchObject({ quantity: '2', price: '9', unit: 'box', $labels: { item: 'Bolt' } })
  })
  it('lets another item bring its own price, but not over later typing', () => {
    const { row, rec, preview, keys } = setup()
    const path = (name: string) => rowPath('lines', row.$key, name)
    const edits: Edits = new Map([
      ['memo', 1],
      [path('price'), 2],
      [path('item'), 3],
      [path('quantity'), 4],
    ])
    mergeAnswer(resource, rec, edits, { preview, keys, sentAt: 3, changed: path('item') })
    expect(rowsOf(rec, 'lines')[0]).toMatchObject({ price: '12.5', quantity: '2' })
    expect(rec.memo).toBe('mine')
  })
  it('lets what is free lose its price', () => {
    const { row, rec, preview, keys } = setup()
    const path = (name: string) => rowPath('lines', row.$key, name)
    const given = {
      ...resource,
      lines: resource.lines!.map((set) => ({
        ...set,
        fields: [...set.fields, { name: 'free', label: 'Free', kind: 'bool' as const }],
      })),
    }
    const edits: Edits = new Map([
      [path('price'), 1],
      [path('free'), 2],
    ])
    mergeAnswer(given, rec, edits, { preview, keys, sentAt: 2, changed: path('free') })
    expect(rowsOf(rec, 'lines')[0]!.price).toBe('12.5')
  })
  it('hands figures that no screen shows back as they came', () => {
    const { row, rec, preview, keys } = setup()
    const carrying = { ...resource, lines: resource.lines!.map((set) => ({ ...set, carried: ['offered'] })) }
    ;(preview.record.lines as Rec[])[0]!.offered = '12.5'
    mergeAnswer(carrying, rec, new Map(), { preview, keys, sentAt: 0, changed: '' })
    const edits: Edits = new Map([[rowPath('lines', row.$key, 'item'), 1]])
    expect(buildBody(carrying, rec, null, edits)[0].lines).toMatchObject([{ item: 11, offered: '12.5' }])
    expect(buildBody(resource, rec, null, edits)[0].lines).not.toHaveProperty('0.offered')
  })
  it('finds its rows although one was inserted meanwhile', () => {
    const { row, rec, preview, keys } = setup()
    rec.lines = [newRow(), row]
    mergeAnswer(resource, rec, new Map(), { preview, keys, sentAt: 0, changed: '' })
    expect(rowsOf(rec, 'lines').map((one) => one.amount)).toEqual([undefined, '18.00'])
  })
})

describe('copies and blanks', () => {
  it('copies writable values without ids', () => {
    const { rec, paths } = copyAsNew(resource, stored)
    expect(rec).toMatchObject({ date: '2026-11-21', customer: 5, memo: 'x' })
    expect(rec.id).toBeUndefined()
    expect(rec.number).toBeUndefined()
    expect(rowsOf(rec, 'lines').map(({ id, item, quantity, amount }) => [id, item, quantity, amount])).toEqual([
      [undefined, 11, '2', undefined],
      [undefined, 12, '1', undefined],
    ])
    expect(paths.length).toBe(9)
  })
  it('knows a blank row', () => {
    const row = newRow()
    expect(isBlank('lines', row, new Map())).toBe(true)
    expect(isBlank('lines', row, new Map([[rowPath('lines', row.$key, 'item'), 1]]))).toBe(false)
    expect(isBlank('lines', newRow({ id: 3 }), new Map())).toBe(false)
  })
})
