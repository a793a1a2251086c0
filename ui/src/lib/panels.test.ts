import { expect, test } from 'vitest'
import { panelsOf } from './panels'

test('a customer has the prices on his page, where they may be read', () => {
  const known = { 'sales.prices': {} }
  expect(panelsOf('base.party', { customer: true }, known).map((one) => one.report)).toEqual(['sales.prices'])
  expect(panelsOf('base.party', { customer: false, supplier: true }, known)).toEqual([])
  expect(panelsOf('base.party', { customer: true }, {})).toEqual([])
  expect(panelsOf('base.item', { customer: true }, known)).toEqual([])
})
