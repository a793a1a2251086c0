import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askedOf, daysOf, madeAt } from './centre'
import { useZone } from './dates'

beforeAll(() => useZone('Asia/Shanghai'))
afterAll(() => useZone(''))

describe('the sheet centre', () => {
  it('knows the periods around a day', () => {
    const days: Record<string, string[]> = {
      today: ['2026-11-22', '2026-11-22'],
      yesterday: ['2026-11-21', '2026-11-21'],
      week: ['2026-11-16', '2026-11-22'],
      month: ['2026-11-01', '2026-11-30'],
      last_month: ['2026-10-01', '2026-10-31'],
      quarter: ['2026-10-01', '2026-12-31'],
      year: ['2026-01-01', '2026-12-31'],
      last_year: ['2025-01-01', '2025-12-31'],
    }
    for (const [name, want] of Object.entries(days)) expect(daysOf(name, '2026-11-22')).toEqual(want)
    expect(daysOf('last_month', '2026-01-31')).toEqual(['2025-12-01', '2025-12-31'])
  })
  it('asks what its filters say', () => {
    const none = { from: '', to: '', kinds: '', state: '', maker: '', party: '', q: '' }
    expect(askedOf([], '', '2026-11-22')).toEqual(none)
    expect(
      askedOf(
        [
          { field: 'date', op: 'within', value: 'yesterday' },
          { field: 'kind', op: 'in', value: 'stock.delivery,sales.order' },
          { field: 'state', op: 'eq', value: 'draft' },
          { field: 'maker', op: 'in', value: '3,4' },
        ],
        'M8',
        '2026-11-22',
      ),
    ).toEqual({
      ...none,
      from: '2026-11-21',
      to: '2026-11-21',
      kinds: 'stock.delivery,sales.order',
      state: 'draft',
      maker: '3,4',
      q: 'M8',
    })
    expect(askedOf([{ field: 'date', op: 'eq', value: '2026-01-02' }], '', '2026-11-22').to).toBe('2026-01-02')
    expect(askedOf([{ field: 'date', op: 'ge', value: '2026-01-02' }], '', '2026-11-22')).toEqual({
      ...none,
      from: '2026-01-02',
    })
  })
  it('tells the hour at which a sheet was made', () => {
    expect(madeAt('2026-11-21T06:05:00Z', '2026-11-21')).toBe('14:05')
    expect(madeAt('2026-11-21T16:05:00Z', '2026-11-21')).toBe('11-22 00:05')
  })
})
