import { describe, expect, it } from 'vitest'
import type { Field } from '@/api/contract'
import { bestMatch, planPaste } from './paste'

const fields: Field[] = [
  { name: 'item', label: '商品', kind: 'ref', ref: 'item.item' },
  { name: 'spec', label: '规格', kind: 'text', readonly: true },
  { name: 'quantity', label: '数量', kind: 'quantity' },
  { name: 'price', label: '单价', kind: 'price' },
]
const names = (list: (Field | null)[]) => list.map((one) => one?.name ?? null)

describe('planPaste', () => {
  it('runs over the columns that can be typed into', () => {
    const plan = planPaste([['A', '2', '9.5', 'too much']], fields, 0)
    expect(names(plan.fields)).toEqual(['item', 'quantity', 'price', null])
    expect(plan.rows).toEqual([['A', '2', '9.5', 'too much']])
  })
  it('starts where the cursor is', () => {
    expect(names(planPaste([['2', '9.5']], fields, 2).fields)).toEqual(['quantity', 'price'])
  })
  it('maps by titles and drops that row', () => {
    const plan = planPaste(
      [
        ['单价', '规格', '商品'],
        ['1', 'M8', 'A'],
      ],
      fields,
      2,
    )
    expect(names(plan.fields)).toEqual(['price', null, 'item'])
    expect(plan.rows).toEqual([['1', 'M8', 'A']])
  })
})

describe('bestMatch', () => {
  const items = [
    { label: '螺栓 M8', code: 'SP1' },
    { label: '螺栓 M8×30', code: 'SP10' },
  ]
  it('prefers the same code or name, then the only answer', () => {
    expect(bestMatch('sp1', items)).toBe(items[0])
    expect(bestMatch('螺栓 M8×30', items)).toBe(items[1])
    expect(bestMatch('螺栓', items)).toBeUndefined()
    expect(bestMatch('螺栓', [items[1]!])).toBe(items[1])
  })
})
