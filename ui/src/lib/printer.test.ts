import { expect, test } from 'vitest'
import { millimetres, tenths } from './printer'

test('millimetres are kept in tenths', () => {
  for (const [text, n] of [
    ['', 0],
    ['1.5', 15],
    [' -2 ', -20],
    ['-0.3', -3],
    ['+0,7', 7],
    ['1，25', 12],
    ['−1', -10],
    ['-0', 0],
    ['a', null],
    ['1e3', null],
    ['100', null],
  ] as const)
    expect(tenths(text), text).toBe(n)
  for (const [n, text] of [
    [0, '0'],
    [15, '1.5'],
    [-3, '-0.3'],
    [-20, '-2'],
  ] as const)
    expect(millimetres(n)).toBe(text)
})
