import { computed, ref, shallowRef } from 'vue'
import { ApiError, ask, get } from '@/api/client'
import type { Job } from '@/api/contract'
import type { IntakeRead, Outcome } from '@/api/intake'
import { complain } from '@/lib/notify'
import { uuid } from '@/lib/uuid'

/** The file that was dropped on another page and waits to be looked at. */
export const dropped = shallowRef<File | null>(null)

/** How many bad rows are mended in one go. */
export const mendedAtOnce = 100

/** Cells of a row under other columns; a column that is new to it is empty. */
function under(columns: string[], was: string[], cells: string[]): string[] {
  return columns.map((key) => cells[was.indexOf(key)] ?? '')
}

/** What came of a table with what came of some of its rows, which were mended. */
export function joined(before: Outcome, next: Outcome, rows: number[]): Outcome {
  const gone = new Set(rows)
  const [wide, other] = next.columns.length > before.columns.length ? [next, before] : [before, next]
  const fit = (part: Outcome) =>
    part.bad.map((one) => (part === other ? { ...one, cells: under(wide.columns, other.columns, one.cells) } : one))
  return {
    ...before,
    columns: wide.columns,
    titles: wide.titles,
    created: before.created + next.created,
    updated: before.updated + next.updated,
    same: before.same + next.same,
    waiting: before.waiting + next.waiting,
    made: [...before.made, ...next.made],
    kept: [...before.kept, ...next.kept],
    kept_count: before.kept_count + next.kept_count,
    bad: [...fit(next), ...fit(before).filter((one) => !gone.has(one.row))],
    bad_count: before.bad_count - rows.length + next.bad_count,
    to: next.to || before.to,
  }
}

/** One file on its way in: what it seems to be, what the person says it is, and what came of it. */
export function useIntake() {
  const file = shallowRef<File | null>(null)
  const read = shallowRef<IntakeRead | null>(null)
  const fields = ref<string[]>([])
  const job = ref(0)
  const outcome = shallowRef<Outcome | null>(null)
  const busy = ref(false)
  const refused = ref('')
  const failed = ref(false)
  /** What the table says takes the place of what stands. */
  const overwrite = ref(false)
  /** The table was taken before: what the server says of it, until the person decides. */
  const twice = ref('')
  let key = uuid()
  /** Mended rows whose answer never came: they are sent again as they were, so that nothing goes in twice. */
  let pending: { body: object; key: string; rows: number[] } | null = null

  const kind = computed(() => read.value?.kinds.find((one) => one.name === read.value?.kind))
  const missing = computed(() =>
    (kind.value?.fields ?? []).filter((one) => one.must && !fields.value.includes(one.key)),
  )

  function form(more: Record<string, string>): FormData {
    const out = new FormData()
    for (const [name, value] of Object.entries(more)) out.append(name, value)
    out.append('file', file.value!)
    return out
  }

  /** Runs one request; says where the page can show it what refused it. */
  async function work(fn: () => Promise<void>) {
    if (busy.value) return
    busy.value = true
    refused.value = ''
    try {
      await fn()
    } catch (error) {
      refused.value = error instanceof Error ? error.message : String(error)
      complain(error)
    } finally {
      busy.value = false
    }
  }

  async function look(more: Record<string, string> = {}) {
    await work(async () => {
      twice.value = ''
      const { data } = await ask<IntakeRead>('POST', '/api/v1/intake/read', { form: form(more), key: uuid() })
      read.value = data
      fields.value = data.columns.map((one) => one.field)
      key = uuid()
    })
  }

  async function choose(next: File | null | undefined) {
    if (!next) return
    file.value = next
    read.value = null
    outcome.value = null
    job.value = 0
    failed.value = false
    overwrite.value = false
    twice.value = ''
    pending = null
    unanswered.value = false
    await look()
  }

  const place = () => ({ sheet: String(read.value!.sheet), head: String(read.value!.head) })
  const setKind = (name: string) => look({ ...place(), kind: name })
  const setSheet = (sheet: number) => look({ sheet: String(sheet) })
  const setHead = (head: number) => look({ sheet: String(read.value!.sheet), head: String(head) })

  /** Gives a column its meaning; another column that had it loses it. */
  function setField(column: number, field: string) {
    fields.value = fields.value.map((one, i) => (i === column ? field : one === field ? '' : one))
    key = uuid()
  }

  /** Keeps what asks for a decision of the person; anything else goes on. */
  function asks(error: unknown): boolean {
    if (!(error instanceof ApiError) || error.problem.code !== 'intake.gathered') return false
    twice.value = error.message
    return true
  }

  function setOverwrite(on: boolean) {
    overwrite.value = on
    key = uuid()
  }

  async function start(sure = false) {
    await work(async () => {
      twice.value = ''
      const more = {
        ...place(),
        kind: read.value!.kind,
        columns: JSON.stringify(fields.value),
        overwrite: String(overwrite.value),
        sure: String(sure),
      }
      const { data } = await ask<{ outcome?: Outcome; job?: number }>('POST', '/api/v1/intake/run', {
        form: form(more),
        key,
      }).catch((error: unknown) => {
        if (asks(error)) return { data: null }
        throw error
      })
      if (!data) return
      job.value = data.job ?? 0
      outcome.value = data.outcome ?? null
    })
  }

  /** The job is over: what it tells stands with it. */
  async function finished(over: Job) {
    failed.value = over.state !== 'done'
    if (failed.value) return
    await work(async () => {
      const whole = await get<Job & { output?: Outcome }>(`/api/v1/jobs/${over.id}`)
      outcome.value = whole.output ?? null
    })
  }

  /** Rows were sent and nobody knows what became of them: they are sent again as they were before anything else is changed. */
  const unanswered = ref(false)

  /** Takes rows that were mended; the answer takes their place among the bad ones. */
  async function mend(rows: { row: number; cells: string[] }[]) {
    await work(async () => {
      const before = outcome.value!
      pending ??= {
        key: uuid(),
        rows: rows.map((one) => one.row),
        body: {
          kind: before.kind,
          name: file.value!.name,
          columns: before.columns,
          rows: rows.map((one) => one.cells),
          numbers: rows.map((one) => one.row),
          overwrite: overwrite.value,
          sure: false,
        },
      }
      const sent = pending
      const { data } = await ask<{ outcome: Outcome }>('POST', '/api/v1/intake/rows', sent).catch((error: unknown) => {
        // A refusal has written nothing. Without an answer nobody knows, and the same is sent again.
        if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 409)
          pending = null
        unanswered.value = pending !== null
        throw error
      })
      pending = null
      unanswered.value = false
      outcome.value = joined(before, data.outcome, sent.rows)
    })
  }

  /** Lets a bad row be. */
  function leave(row: number) {
    const before = outcome.value!
    const bad = before.bad.filter((one) => one.row !== row)
    outcome.value = { ...before, bad, bad_count: before.bad_count - (before.bad.length - bad.length) }
  }

  function again() {
    file.value = null
    read.value = null
    outcome.value = null
    job.value = 0
    failed.value = false
    refused.value = ''
    twice.value = ''
    pending = null
    unanswered.value = false
  }

  return {
    unanswered,
    file,
    read,
    fields,
    kind,
    missing,
    job,
    outcome,
    busy,
    refused,
    failed,
    overwrite,
    twice,
    choose,
    setKind,
    setSheet,
    setHead,
    setField,
    setOverwrite,
    start,
    finished,
    mend,
    leave,
    again,
  }
}

export type Intake = ReturnType<typeof useIntake>
