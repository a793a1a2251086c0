import { expect, it } from 'vitest'
import type { Field, ReportAnswer } from '@/api/contract'
import { drawingOf } from './reportChart'

const field = (name: string, kind: Field['kind'], label = name): Field => ({
  name,
  kind,
  label,
  total: kind !== 'text',
})
const answer = (columns: Field[], rows: object[]): ReportAnswer =>
  ({ title: '', subtitle: [], notes: [], totals: {}, params: {}, columns, next: null, rows }) as unknown as ReportAnswer
const row = (values: object, kind = 'line') => ({ $kind: kind, $level: 0, ...values })

const name = field('key', 'text')
const total = field('total', 'amount', '合计')

it('draws rows as bars, the most first, and says how many found no room', () => {
  const rows = Array.from({ length: 25 }, (_, i) => row({ key: `客户${i}`, total: `${100 - i}.00` }))
  const got = drawingOf(answer([name, total], rows))!
  expect([got.kind, got.flat, got.by, got.unit, got.part]).toEqual([
    'bar',
    true,
    'category',
    '合计',
    { rows: 20, columns: 1 },
  ])
  expect(got.categories[19]).toBe('客户19')
  expect(got.series).toEqual([{ name: '合计', values: rows.slice(0, 20).map((_, i) => `${100 - i}.00`) }])
})

it('draws months as a line, with last year beside', () => {
  const columns = [
    name,
    total,
    field('last', 'amount', '去年'),
    field('change', 'amount', '增减'),
    field('rate', 'rate'),
  ]
  const got = drawingOf(
    answer(columns, [row({ key: '2026-01', total: '1.00', last: '2.00' }), row({ key: '2026-02', total: '0.00' })]),
  )!
  expect([got.kind, got.flat, got.categories, got.part]).toEqual(['line', false, ['2026-01', '2026-02'], null])
  expect(got.series).toEqual([
    { name: '合计', values: ['1.00', '0.00'] },
    { name: '去年', values: ['2.00', null] },
  ])
})

it('draws each row as a line where the columns are months', () => {
  const columns = [name, field('c1', 'amount', '2026-01'), field('c2', 'amount', '2026-02'), total]
  const rows = Array.from({ length: 21 }, (_, i) => row({ key: `客户${i}`, c1: '1.00', c2: `${i}.00`, total: '0' }))
  const got = drawingOf(answer(columns, rows))!
  expect([got.kind, got.by, got.categories, got.series.length, got.part]).toEqual([
    'line',
    'series',
    ['2026-01', '2026-02'],
    8,
    { rows: 8, columns: 2 },
  ])
  expect(got.series[3]).toEqual({ name: '客户3', values: ['1.00', '3.00'] })
})

it('draws no more marks than can be told apart', () => {
  const columns = [name, ...Array.from({ length: 30 }, (_, i) => field(`c${i + 1}`, 'amount', `商品${i}`)), total]
  const rows = Array.from({ length: 40 }, (_, i) => row({ key: `客户${i}`, c1: '1.00' }))
  const got = drawingOf(answer(columns, rows))!
  expect([got.kind, got.flat, got.series.length, got.categories.length, got.part]).toEqual([
    'bar',
    false,
    8,
    12,
    { rows: 12, columns: 8 },
  ])
})

it('takes figures of one kind only: money before quantities before counts', () => {
  const columns = [
    name,
    field('orders', 'int'),
    field('qty', 'quantity'),
    field('goods', 'amount'),
    field('off', 'amount'),
  ]
  const got = drawingOf(answer(columns, [row({ key: 'a' }), row({ key: 'b' }), row({ key: 'c' }, 'total')]))!
  expect([got.series.map((one) => one.name), got.figure, got.categories]).toEqual([
    ['goods', 'off'],
    'amount',
    ['a', 'b'],
  ])
})

it('has no picture for single rows, for events of a day, for what has no name and for what adds nothing up', () => {
  const two = [row({ key: 'a', total: '1' }), row({ key: 'b', total: '2' })]
  expect(drawingOf(answer([name, total], two.slice(1)))).toBeNull()
  expect(drawingOf(answer([name, field('on', 'date'), total], two))).toBeNull()
  expect(drawingOf(answer([total, name], two))).toBeNull()
  expect(drawingOf(answer([name, { ...total, total: false }], two))).toBeNull()
  expect(drawingOf(answer([], []))).toBeNull()
  const many = Array.from({ length: 13 }, (_, i) => field(`x${i}`, 'amount'))
  expect(drawingOf(answer([name, ...many], two))).toBeNull()
})
