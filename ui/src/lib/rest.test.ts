import { expect, it, vi } from 'vitest'
import { isTerm } from './layout'
import { rest, resting } from './rest'
import type { Field } from '@/api/contract'

it('lets a second tap hit nothing for a moment', () => {
  vi.useFakeTimers()
  expect(resting.value).toBe(false)
  rest()
  vi.advanceTimersByTime(400)
  rest()
  vi.advanceTimersByTime(599)
  expect(resting.value).toBe(true)
  vi.advanceTimersByTime(1)
  expect(resting.value).toBe(false)
  vi.useRealTimers()
})

it('knows the terms of a sheet, which make room on a phone', () => {
  const field = (kind: string, more: Partial<Field> = {}) => ({ name: 'x', label: 'X', kind, ...more }) as Field
  expect(isTerm(field('ref'))).toBe(true)
  expect(isTerm(field('enum'))).toBe(true)
  expect(isTerm(field('ref', { required: true }))).toBe(false)
  expect(isTerm(field('ref', { once: true }))).toBe(false)
  expect(isTerm(field('text'))).toBe(false)
})
