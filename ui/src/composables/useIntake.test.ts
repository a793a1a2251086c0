import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Outcome } from '@/api/intake'
import { joined, useIntake } from './useIntake'

function outcome(part: Partial<Outcome>): Outcome {
  return {
    kind: 'opening_receivable',
    rows: 3,
    created: 0,
    updated: 0,
    same: 0,
    waiting: 0,
    made: [],
    kept: [],
    kept_count: 0,
    columns: ['name', 'amount'],
    titles: ['Name', 'Amount'],
    bad: [],
    bad_count: 0,
    marked: '',
    to: '',
    ...part,
  }
}
const bad = (row: number, ...cells: string[]) => ({ row, cells, problems: [] })

vi.mock('@/lib/notify', () => ({ complain: () => {} }))

describe('joined', () => {
  it('lets the answer take the place of the rows that were sent', () => {
    const before = outcome({ created: 2, bad: [bad(3, 'a', 'x'), bad(4, 'b', 'y'), bad(5, 'c', 'z')], bad_count: 3 })
    const got = joined(before, outcome({ created: 1, bad: [bad(4, 'b', '!')], bad_count: 1 }), [3, 4])
    expect([got.created, got.bad_count, got.bad]).toEqual([3, 2, [bad(4, 'b', '!'), bad(5, 'c', 'z')]])
  })
  it('gives every row a cell for a code that one of them lacks', () => {
    const before = outcome({ bad: [bad(3, 'a', 'x'), bad(5, 'c', 'z')], bad_count: 2 })
    const next = outcome({
      columns: ['name', 'amount', 'code'],
      titles: ['Name', 'Amount', 'Code'],
      bad: [bad(3, 'a', '1', '')],
      bad_count: 1,
    })
    const got = joined(before, next, [3])
    expect(got.titles).toEqual(['Name', 'Amount', 'Code'])
    expect(got.bad).toEqual([bad(3, 'a', '1', ''), bad(5, 'c', 'z', '')])
    const back = joined(got, outcome({ bad: [bad(3, 'a', '2')], bad_count: 1 }), [3])
    expect(back.bad).toEqual([bad(3, 'a', '2', ''), bad(5, 'c', 'z', '')])
  })
})

describe('mended rows', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('are sent again as they were when no answer came', async () => {
    const sent: { key: string; body: string }[] = []
    const answers = [
      () => Promise.reject(new TypeError('offline')),
      () => Promise.resolve(new Response(JSON.stringify({ outcome: outcome({ created: 1 }) }))),
    ]
    vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
      sent.push({ key: (init.headers as Record<string, string>)['Idempotency-Key']!, body: init.body as string })
      return answers[sent.length - 1]!()
    })
    const intake = useIntake()
    intake.file.value = new File([''], 'a.csv')
    intake.outcome.value = outcome({ bad: [bad(3, 'a', 'x')], bad_count: 1 })
    await intake.mend([{ row: 3, cells: ['a', '1'] }])
    expect(intake.outcome.value.bad_count).toBe(1)
    await intake.mend([{ row: 3, cells: ['a', '2'] }])
    expect(sent).toHaveLength(2)
    expect(sent[1]).toEqual(sent[0])
    expect([intake.outcome.value.bad_count, intake.outcome.value.created]).toEqual([0, 1])
  })
})
