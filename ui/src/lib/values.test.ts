import { describe, expect, it } from 'vitest'
import type { Field, Kind } from '@/api/contract'
import { readParams, toQuery } from './params'
import { isEmpty, readText, wire } from './values'

const today = '2026-11-21'
const field = (kind: Kind, more: Partial<Field> = {}): Field => ({ name: 'f', label: 'F', kind, ...more })

describe('wire', () => {
  it.each([
    ['', 'amount', null],
    [undefined, 'ref', null],
    ['', 'text', ''],
    [null, 'longtext', ''],
    ['12', 'int', 12],
    [7, 'int', 7],
    ['12.50', 'amount', '12.50'],
    [false, 'bool', false],
  ] as [unknown, Kind, unknown][])('%s as %s', (value, kind, want) => expect(wire(value, kind)).toEqual(want))
  it('counts false and zero as values', () => {
    expect(isEmpty(false)).toBe(false)
    expect(isEmpty(0)).toBe(false)
    expect(isEmpty([])).toBe(true)
  })
})

describe('readText', () => {
  const options = [{ value: 'incl', label: '含税' }]
  it.each([
    ['1,000', field('quantity'), '1000'],
    ['x', field('quantity'), undefined],
    ['13%', field('rate'), '0.13'],
    ['11-5', field('date'), '2026-11-05'],
    ['2026-02-30', field('date'), undefined],
    ['含税', field('enum', { options }), 'incl'],
    ['incl', field('enum', { options }), 'incl'],
    ['另', field('enum', { options }), undefined],
    ['是', field('bool'), true],
    ['no', field('bool'), false],
    [' a ', field('text'), 'a'],
    ['5', field('ref'), undefined],
  ] as [string, Field, unknown][])('%s', (text, of, want) => expect(readText(text, of, today)).toBe(want))
})

describe('parameters of reports', () => {
  const params: Field[] = [
    { name: 'from', label: 'From', kind: 'month', default: '2026-11' },
    { name: 'party', label: 'Party', kind: 'ref', ref: 'party.customer' },
    { name: 'unposted', label: 'Unposted', kind: 'bool', default: 'true' },
  ]
  it('come from the address, then from last time, then from the default', () => {
    expect(readParams(params, { from: '2026-10', party: '5' }, { from: '2026-09', unposted: false }, today)).toEqual({
      from: '2026-10',
      party: 5,
      unposted: false,
    })
    expect(readParams(params, {}, {}, today)).toEqual({ from: '2026-11', party: undefined, unposted: true })
  })
  it('travel without the empty ones', () => {
    expect(toQuery(params, { from: '2026-10', party: null, unposted: false })).toEqual({
      from: '2026-10',
      unposted: 'false',
    })
  })
})
