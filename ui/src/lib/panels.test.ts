import { expect, test } from 'vitest'
import { panelsOf } from './panels'

test('a customer has the prices on his page, where they may be read', () => {
  const known = { 'sales.prices': {} }
  expect(panelsOf('base.party', { customer: true }, known).map((one) => one.report)).toEqual(['sales.prices'])
  expect(panelsOf('base.party', { customer: false, supplier: true }, known)).toEqual([])
  expect(panelsOf('base.party', { customer: true }, {})).toEqual([])
  expect(panelsOf('base.item', { customer: true, service: false }, known)).toEqual([])
})

test('an item shows where it lies and what came and went, a service neither', () => {
  const known = { 'stock.on_hand': {}, 'stock.ledger': {} }
  expect(panelsOf('base.item', { service: false }, known).map((one) => one.report)).toEqual([
    'stock.on_hand',
    'stock.ledger',
  ])
  expect(panelsOf('base.item', { service: true }, known)).toEqual([])
})
