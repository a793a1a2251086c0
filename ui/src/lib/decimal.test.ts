import { describe, expect, it } from 'vitest'
import type { Kind } from '@/api/contract'
import { editable, formatFigure, group, isNegative, isZero, lengths, parseFigure, round, shift, sum } from './decimal'

describe('formatFigure', () => {
  const cases: [unknown, Kind, string][] = [
    ['1265.8', 'amount', '1,265.80'],
    ['-1234567.5', 'amount', '-1,234,567.50'],
    ['0', 'amount', '0.00'],
    ['-0.00', 'amount', '0.00'],
    ['12.500000', 'price', '12.50'],
    ['12.123456', 'price', '12.123456'],
    ['20.000000', 'quantity', '20'],
    ['1000.250', 'quantity', '1,000.25'],
    ['0.13', 'rate', '13%'],
    ['0.0325', 'rate', '3.25%'],
    ['1', 'rate', '100%'],
    [1284, 'int', '1,284'],
    ['99999999999999999999.99', 'amount', '99,999,999,999,999,999,999.99'],
    ['', 'amount', ''],
    [null, 'quantity', ''],
    ['2026', 'text', '2026'],
    ['abc', 'amount', 'abc'],
  ]
  it.each(cases)('%s as %s is %s', (value, kind, want) => expect(formatFigure(value, kind)).toBe(want))
})

describe('round', () => {
  const cases: [string, number, string][] = [
    ['0.04190257', 4, '0.0419'],
    ['0.99995', 4, '1.0000'],
    ['-12.345', 2, '-12.35'],
    ['-0.004', 2, '0.00'],
    ['0.13', 4, '0.13'],
    ['99999999999999999999.995', 2, '100000000000000000000.00'],
    ['', 2, ''],
    ['abc', 2, 'abc'],
  ]
  it.each(cases)('%s to %s places is %s', (text, places, want) => expect(round(text, places)).toBe(want))
})

describe('parseFigure', () => {
  const cases: [string, Kind, string | null][] = [
    ['1,265.80', 'amount', '1265.80'],
    ['１，２６５．８', 'amount', '1265.8'],
    ['¥ 12.5', 'price', '12.5'],
    ['(1,234.00)', 'amount', '-1234.00'],
    ['－3', 'quantity', '-3'],
    ['.5', 'quantity', '0.5'],
    ['5.', 'quantity', '5'],
    ['007', 'int', '7'],
    ['7.0', 'int', '7'],
    ['7.5', 'int', null],
    ['13', 'rate', '0.13'],
    ['13%', 'rate', '0.13'],
    ['3.25', 'rate', '0.0325'],
    ['', 'amount', ''],
    ['-', 'amount', null],
    ['1e5', 'amount', null],
    ['12a', 'amount', null],
    ['1.2.3', 'amount', null],
  ]
  it.each(cases)('%s as %s is %s', (text, kind, want) => expect(parseFigure(text, kind)).toBe(want))
})

describe('exact arithmetic on text', () => {
  it('shifts without rounding', () => {
    expect(shift('0.13', 2)).toBe('13')
    expect(shift('13', -2)).toBe('0.13')
    expect(shift('-0.005', 2)).toBe('-0.5')
    expect(shift('100', -2)).toBe('1')
    expect(shift('5', -4)).toBe('0.0005')
  })
  it('adds decimals of different scale', () => {
    expect(sum(['0.1', '0.2'])).toBe('0.3')
    expect(sum(['250.00', '34.5', '-284.50'])).toBe('0')
    expect(sum(['9007199254740993', '0.01'])).toBe('9007199254740993.01')
    expect(sum([null, '', undefined, 'x', '5'])).toBe('5')
    expect(sum([])).toBe('0')
  })
  it('knows signs', () => {
    expect(isNegative('-0.01')).toBe(true)
    expect(isNegative('-0.00')).toBe(false)
    expect(isZero('0.00')).toBe(true)
    expect(isZero('0.01')).toBe(false)
    expect(isZero('')).toBe(false)
  })
  it('groups and edits', () => {
    expect(group('1234', 2)).toBe('1,234.00')
    expect(editable('0.13', 'rate')).toBe('13')
    expect(editable('12.50', 'price')).toBe('12.50')
  })
})

it.each([
  [
    ['100.00', '250.00', '0', '-40', '', undefined, '83.325'],
    [400, 1000, 0, 0, 0, 0, 333],
  ],
  [
    [3, 4],
    [750, 1000],
  ],
  [['0.00'], [0]],
  [
    ['99999999999999.99', '1'],
    [1000, 0],
  ],
])('draws %j as %j', (values, want) => expect(lengths(values)).toEqual(want))
