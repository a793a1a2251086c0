import { expect, it } from 'vitest'
import { unitsOf } from './useItemUnits'

it('offers the units of an item: its own first, the others with what they hold', () => {
  const item = {
    unit: 1,
    $labels: { unit: '个' },
    units: [
      { unit: 2, ratio: '12', $labels: { unit: '盒' } },
      { unit: 3, ratio: '0.5', $labels: { unit: '半个' } },
    ],
  }
  expect(unitsOf(item).map((one) => [one.id, one.label, one.facts?.[0]?.value ?? ''])).toEqual([
    [1, '个', ''],
    [2, '盒', '12 个'],
    [3, '半个', '0.5 个'],
  ])
  expect(unitsOf({ unit: 0 })).toEqual([])
  expect(unitsOf({ unit: 1, $labels: { unit: '个' } })).toHaveLength(1)
})
