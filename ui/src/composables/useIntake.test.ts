import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Outcome } from '@/api/intake'
import { askedAgain, joined, useIntake } from './useIntake'

function outcome(part: Partial<Outcome>): Outcome {
  return {
    kind: 'opening_receivable',
    rows: 3,
    created: 0,
    updated: 0,
    same: 0,
    waiting: 0,
    put: 0,
    replaced: 0,
    stayed: 0,
    file: 0,
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

function refusal(status: number, code: string): Response {
  const body = JSON.stringify({ status, title: '', detail: 'no', code })
  return new Response(body, { status, headers: { 'Content-Type': 'application/problem+json' } })
}

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
    expect([intake.outcome.value.bad_count, intake.unanswered.value]).toEqual([1, true])
    await intake.mend([{ row: 3, cells: ['a', '2'] }])
    expect(intake.unanswered.value).toBe(false)
    expect(sent).toHaveLength(2)
    expect(sent[1]).toEqual(sent[0])
    expect([intake.outcome.value.bad_count, intake.outcome.value.created]).toEqual([0, 1])
  })

  it('may be changed after a refusal, which has written nothing', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(refusal(422, 'json.invalid')))
    const intake = useIntake()
    intake.outcome.value = outcome({ bad: [bad(3, 'a', 'x')], bad_count: 1 })
    await intake.mend([{ row: 3, cells: ['a', '1'] }])
    expect(intake.unanswered.value).toBe(false)
  })

  it('ask what is to become of a figure that stands, and go in as the person chose', async () => {
    const bodies: Record<string, unknown>[] = []
    const answers = [
      refusal(422, 'intake.standing'),
      new Response(JSON.stringify({ outcome: outcome({ put: 1, replaced: 1 }) })),
    ]
    vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
      bodies.push(JSON.parse(init.body as string) as Record<string, unknown>)
      return Promise.resolve(answers[bodies.length - 1]!)
    })
    const intake = useIntake()
    intake.taken.value = 7
    intake.outcome.value = outcome({ bad: [bad(3, 'a', 'x')], bad_count: 1 })
    await intake.mend([{ row: 3, cells: ['a', '1'] }])
    expect([intake.twice.value?.code, intake.unanswered.value]).toEqual(['intake.standing', false])
    await intake.mend([{ row: 3, cells: ['a', '1'] }], 'replace')
    expect(bodies.map((one) => [one.choice, one.file])).toEqual([
      ['', 7],
      ['replace', 7],
    ])
    expect([intake.twice.value, intake.outcome.value.replaced, intake.outcome.value.bad_count]).toEqual([null, 1, 0])
  })
})

describe('the result of a long import', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })
  const json = (body: object) => new Response(JSON.stringify(body))

  it('is asked for until the line is there again', async () => {
    vi.useFakeTimers()
    const asked: string[] = []
    const answers = [
      () => Promise.reject(new TypeError('offline')),
      () => Promise.resolve(new Response('', { status: 503 })),
      () => Promise.resolve(json({ id: 5, state: 'done', output: outcome({ created: 400 }) })),
    ]
    vi.stubGlobal('fetch', (url: string) => {
      asked.push(url)
      return answers[asked.length - 1]!()
    })
    const intake = useIntake()
    intake.job.value = 5
    const over = intake.finished({ id: 5, state: 'done' } as never)
    await vi.advanceTimersByTimeAsync(0)
    expect(intake.refused.value).not.toBe('')
    await vi.advanceTimersByTimeAsync(3 * askedAgain)
    await over
    expect([asked.length, intake.outcome.value?.created, intake.refused.value]).toEqual([3, 400, ''])
  })

  it('is found after the page was loaded anew', async () => {
    const file = { id: 9, name: 'debts.xls', label: '', at: '', by: '', state: 'taken' }
    for (const [answer, want] of [
      [{ ...file, job: 5 }, [5, undefined, false]],
      [{ ...file, job: 5, outcome: outcome({ created: 400 }) }, [0, 400, false]],
      [{ ...file, job: 0 }, [0, undefined, true]],
    ] as const) {
      vi.stubGlobal('fetch', () => Promise.resolve(json(answer)))
      const intake = useIntake()
      await intake.resume(9)
      expect([intake.job.value, intake.outcome.value?.created, intake.gone.value]).toEqual(want)
      expect([intake.name.value, intake.taken.value]).toEqual(['debts.xls', 9])
    }
  })
})
