import { describe, expect, it } from 'vitest'
import { addMonths, byDay, dayBy, inWords, sameDay, weeksOf, type Entry } from './calendar'

function entry(title: string, date: string, until = date): Entry {
  return { kind: 'task', date, until, time: '', title, note: '', to: '', late: false }
}

describe('calendar', () => {
  it('shows whole weeks from Monday', () => {
    const november = weeksOf('2026-11')
    expect(november.map((week) => week[0])).toEqual([
      '2026-10-26',
      '2026-11-02',
      '2026-11-09',
      '2026-11-16',
      '2026-11-23',
      '2026-11-30',
    ])
    expect(november.at(-1)!.at(-1)).toBe('2026-12-06')
    expect(weeksOf('2027-02')).toHaveLength(4)
    expect(weeksOf('2027-02')[0]![0]).toBe('2027-02-01')
  })

  it('puts what lasts on each of its days that is shown', () => {
    const items = [entry('leave', '2026-10-30', '2026-11-02'), entry('task', '2026-11-01')]
    const found = byDay(items, ['2026-11-01', '2026-11-02', '2026-11-03'])
    expect([...found].map(([day, list]) => [day, list.map((one) => one.title)])).toEqual([
      ['2026-11-01', ['leave', 'task']],
      ['2026-11-02', ['leave']],
      ['2026-11-03', []],
    ])
  })

  it('counts months', () => {
    expect(addMonths('2026-01', -1)).toBe('2025-12')
    expect(addMonths('2026-12', 1)).toBe('2027-01')
    expect(sameDay('2026-01-31', '2026-02')).toBe('2026-02-28')
    expect(sameDay('2026-01-30', '2028-02')).toBe('2028-02-29')
    expect(sameDay('2026-01-05', '2026-04')).toBe('2026-04-05')
  })

  it('walks by keys', () => {
    const walk = (key: string) => dayBy(key, '2026-11-01')
    expect(
      ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown', 'x'].map(walk),
    ).toEqual([
      '2026-10-31',
      '2026-11-02',
      '2026-10-25',
      '2026-11-08',
      '2026-10-26',
      '2026-11-01',
      '2026-10-01',
      '2026-12-01',
      undefined,
    ])
  })

  it('speaks both languages', () => {
    expect(inWords('2026-11', 'zh', 'month')).toBe('2026年11月')
    expect(inWords('2026-11', 'en', 'month')).toBe('November 2026')
    expect(inWords('2026-11-21', 'zh', 'weekday')).toBe('周六')
    expect(inWords('2026-11-21', 'zh', 'day')).toBe('11月21日 周六')
    expect(inWords('2026-11-21', 'en', 'day')).toBe('Sat, 21 November')
  })
})
