import { expect, it } from 'vitest'
import type { Fact } from '@/api/contract'
import { shortOf } from './short'

const fact = (pointer: string, kind: string, value: string) => ({ pointer, kind, value, label: '' }) as Fact

it('finds what is below zero now', () => {
  expect(
    shortOf([
      fact('/lines/0/item', 'quantity', '-1'),
      fact('/lines/1/qty', 'quantity', '-1'),
      fact('/lines/2/item', 'quantity', '3'),
      fact('/lines/3/item', 'amount', '-3.00'),
      fact('/lines/11/item', 'quantity', '-0.5'),
    ]),
  ).toEqual([
    { row: 1, left: '-1' },
    { row: 12, left: '-0.5' },
  ])
})
