import { expect, it } from 'vitest'
import type { Resource } from '@/api/contract'
import { hasRed, withoutRed } from './red'

const of = (states: string[], fields: { name: string; filter?: boolean }[]) =>
  ({ name: 'x', states: states.map((name) => ({ name })), fields }) as unknown as Resource
const sheet = of(['draft', 'posted', 'reversed'], [{ name: 'reverses', filter: true }])

it('leaves red pairs out of lists of sheets that can be taken back', () => {
  expect(withoutRed(sheet, []).map((one) => `${one.field}:${one.op}:${one.value}`)).toEqual([
    'state:ne:reversed',
    'reverses:empty:1',
  ])
})

it('shows what is asked for by its state or by the sheet that it takes back', () => {
  expect(withoutRed(sheet, [{ field: 'state', op: 'eq', value: 'reversed' }])).toEqual([])
  expect(withoutRed(sheet, [{ field: 'reverses', op: 'eq', value: '7' }])).toEqual([])
  expect(withoutRed(sheet, [{ field: 'party', op: 'eq', value: '7' }])).toHaveLength(2)
})

it('has nothing to say about anything else', () => {
  for (const one of [undefined, of(['draft', 'posted'], [{ name: 'reverses', filter: true }]), of(['reversed'], [])]) {
    expect(hasRed(one)).toBe(false)
    expect(withoutRed(one, [])).toEqual([])
  }
})
