import { describe, expect, it } from 'vitest'
import type { Resource } from '@/api/contract'
import {
  actsOf,
  blankNode,
  expressions,
  fieldsIn,
  firstSubject,
  hasChosen,
  inserted,
  moved,
  parse,
  removed,
  standing,
  subjectsOf,
  targets,
  usersIn,
  type Definition,
} from './flow'

const words = (key: string, args?: Record<string, unknown>) => [key, ...Object.values(args ?? {})].join(' ')
const order = {
  name: 'sales.order',
  path: '/api/v1/sales/orders',
  label: 'Order',
  kind: 'document',
  fields: [
    { name: 'number', label: 'Number', kind: 'text' },
    { name: 'state', label: 'State', kind: 'enum' },
    { name: 'customer', label: 'Customer', kind: 'ref', ref: 'base.party' },
    { name: 'discount', label: 'Discount', kind: 'amount' },
    { name: 'gross', label: 'Gross', kind: 'amount' },
    { name: 'extra', label: 'Extra', kind: 'json' },
  ],
  lines: [{ name: 'lines', label: 'Lines', fields: [{ name: 'qty', label: 'Qty', kind: 'quantity' }] }],
  states: [{ name: 'draft' }],
  can: ['read'],
  actions: [{ name: 'deliver', label: 'Deliver', input: [{ name: 'post', label: 'Post', kind: 'bool' }] }],
} as unknown as Resource

const flow: Definition = {
  nodes: [
    { kind: 'approve', name: 'A', who: [{ by: 'user', user: 7 }] },
    {
      kind: 'branch',
      branches: [
        { name: 'x', when: 'gross > 1', nodes: [{ kind: 'copy', name: 'C', who: [{ by: 'user', user: 9 }] }] },
        { name: 'y', when: '', nodes: [] },
      ],
    },
  ],
}

describe('a definition', () => {
  it('is read from text or object, and from nothing', () => {
    expect(parse(JSON.stringify(flow))).toEqual(flow)
    expect(parse(flow)).toEqual(flow)
    for (const bad of ['', '{', 'null', '[]', null, undefined, { nodes: 1 }]) expect(parse(bad)).toEqual({ nodes: [] })
  })

  it('begins branches with one condition and the rest', () => {
    expect(blankNode('branch', { name: '条件 1', other: '其他' }).branches).toEqual([
      { name: '条件 1', when: '', nodes: [] },
      { name: '其他', when: '', nodes: [] },
    ])
  })

  it('is changed without touching what was there', () => {
    const list = ['a', 'b', 'c']
    expect(inserted(list, 1, 'x')).toEqual(['a', 'x', 'b', 'c'])
    expect(removed(list, 0)).toEqual(['b', 'c'])
    expect(moved(list, 2, -1)).toEqual(['a', 'c', 'b'])
    expect(moved(list, 0, -1)).toEqual(['a', 'b', 'c'])
    expect(list).toEqual(['a', 'b', 'c'])
  })

  it('tells whom and what it names', () => {
    expect(usersIn(flow.nodes)).toEqual([7, 9])
    expect(expressions(flow.nodes)).toEqual(['gross > 1'])
    expect(hasChosen(flow.nodes)).toBe(false)
    expect(
      hasChosen([
        { kind: 'branch', branches: [{ name: '', when: '', nodes: [{ kind: 'approve', who: [{ by: 'chosen' }] }] }] },
      ]),
    ).toBe(true)
  })
})

describe('a problem at a pointer', () => {
  const other = (change: (next: Definition) => void) => {
    const next = structuredClone(flow)
    change(next)
    return next
  }

  it('stands until its own element changes', () => {
    const at = '/definition/nodes/1/branches/0/when'
    expect(
      standing(
        at,
        flow,
        other((next) => (next.nodes[0]!.name = 'B')),
      ),
    ).toBe(true)
    expect(
      standing(
        at,
        flow,
        other((next) => (next.nodes[1]!.branches![0]!.nodes = [])),
      ),
    ).toBe(true)
    expect(
      standing(
        at,
        flow,
        other((next) => (next.nodes[1]!.branches![0]!.when = 'gross > 2')),
      ),
    ).toBe(false)
    expect(
      standing(
        at,
        flow,
        other((next) => next.nodes.shift()),
      ),
    ).toBe(false)
    expect(
      standing(
        '/definition/nodes/0/who/0',
        flow,
        other((next) => (next.nodes[0]!.who = [])),
      ),
    ).toBe(false)
    expect(
      standing(
        '/definition/nodes',
        flow,
        other((next) => next.nodes.pop()),
      ),
    ).toBe(false)
  })
})

describe('what conditions may ask about', () => {
  const subjects = subjectsOf(order, 'deliver', words)

  it('is the record, the initiator, the input and the lines', () => {
    expect(subjects.map((one) => one.id)).toEqual([
      'customer',
      'discount',
      'gross',
      'initiator.user',
      'initiator.department',
      'initiator.roles',
      'input.post',
      'len:lines',
      'sum:lines.qty',
      'any:lines.qty',
    ])
    expect(firstSubject(subjects)?.id).toBe('gross')
    expect(subjectsOf(undefined, '', words)).toEqual([])
  })

  it('finds the fields an expression names', () => {
    const names = (text: string) => fieldsIn([text], order).map((one) => one.name)
    expect(names('gross > 1 && customer_name == "discount"')).toEqual(['customer', 'gross'])
    expect(names('any(lines, .discount > 1)')).toEqual([])
  })

  it('offers only records with something to do', () => {
    const flowItself = { ...order, name: 'approval.flow' }
    const mute = { ...order, name: 'base.note', actions: [], states: [], can: ['read'] }
    const stated = { ...order, name: 'base.done', actions: [] }
    const master = { ...order, name: 'base.unit', actions: [], states: [], can: ['read', 'create', 'update'] }
    const user = { ...master, name: 'base.user' }
    const all = { a: order, b: flowItself, c: mute, d: stated, e: master, f: user }
    expect(targets(all).map((one) => one.name)).toEqual(['sales.order', 'base.unit'])
    expect(actsOf(master, { create: '新建', update: '修改', delete: '删除' })).toEqual([
      { name: 'create', label: '新建' },
      { name: 'update', label: '修改' },
    ])
    expect(actsOf(order).map((one) => one.name)).toEqual(order.actions.map((one) => one.name))
  })
})
