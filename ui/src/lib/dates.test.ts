import { describe, expect, it } from 'vitest'
import { addDays, formatInstant, fromLocalInput, parseDate, parseMonth, toLocalInput, useZone } from './dates'

const today = '2026-11-21'

describe('parseDate', () => {
  const cases: [string, string | null][] = [
    ['2026-11-21', '2026-11-21'],
    ['2026/1/5', '2026-01-05'],
    ['2026.01.05', '2026-01-05'],
    ['2026年1月5日', '2026-01-05'],
    ['20260105', '2026-01-05'],
    ['2026-11-21 00:00:00', '2026-11-21'],
    ['11-5', '2026-11-05'],
    ['1105', '2026-11-05'],
    ['5', '2026-11-05'],
    ['1996-02-29', '1996-02-29'],
    ['2026-02-29', null],
    ['13-01', null],
    ['31', null],
    ['', ''],
    ['abc', null],
  ]
  it.each(cases)('%s is %s', (text, want) => expect(parseDate(text, today)).toBe(want))
})

describe('parseMonth', () => {
  const cases: [string, string | null][] = [
    ['2026-11', '2026-11'],
    ['202601', '2026-01'],
    ['2026年3月', '2026-03'],
    ['3', '2026-03'],
    ['13', null],
    ['', ''],
  ]
  it.each(cases)('%s is %s', (text, want) => expect(parseMonth(text, today)).toBe(want))
})

it('adds days over month ends', () => {
  expect(addDays('2026-02-28', 1)).toBe('2026-03-01')
  expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
})

it('brings instants through the local input and back', () => {
  expect(fromLocalInput(toLocalInput('2026-11-21T08:30:00Z'))).toBe('2026-11-21T08:30:00Z')
  expect(fromLocalInput('')).toBe('')
})

describe("instants in the company's time zone", () => {
  const cases: [string, string, string][] = [
    ['Asia/Shanghai', '2026-11-21T16:30:00Z', '2026-11-22 00:30'],
    ['Asia/Shanghai', '2026-11-21T15:59:59Z', '2026-11-21 23:59'],
    ['America/New_York', '2026-03-08T06:59:00Z', '2026-03-08 01:59'],
    ['America/New_York', '2026-03-08T07:00:00Z', '2026-03-08 03:00'],
    ['Asia/Kolkata', '2026-12-31T18:30:00Z', '2027-01-01 00:00'],
    ['UTC', '2026-11-21T00:00:00Z', '2026-11-21 00:00'],
  ]
  it.each(cases)('%s shows %s as %s and reads it back', (zone, instant, shown) => {
    useZone(zone)
    expect(formatInstant(instant)).toBe(shown)
    expect(fromLocalInput(shown.replace(' ', 'T'))).toBe(instant.replace(/59Z$/, '00Z'))
  })

  it("keeps the browser's own for a name it does not know", () => {
    useZone('')
    const own = formatInstant('2026-11-21T08:30:00Z')
    useZone('Mars/Olympus')
    expect(formatInstant('2026-11-21T08:30:00Z')).toBe(own)
  })
})
