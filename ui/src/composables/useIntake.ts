import { computed, getCurrentInstance, onBeforeUnmount, ref, shallowRef } from 'vue'
import { ApiError, ask, get } from '@/api/client'
import type { Job } from '@/api/contract'
import type { Choice, IntakeRead, Outcome, TakenFile } from '@/api/intake'
import { t } from '@/i18n'
import { complain } from '@/lib/notify'
import { uuid } from '@/lib/uuid'

/** The file that was dropped on another page and waits to be looked at. */
export const dropped = shallowRef<File | null>(null)

/** How many bad rows are mended in one go. */
export const mendedAtOnce = 100

/** How long is waited before a result is asked for again, in milliseconds. */
export const askedAgain = 2000

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
    put: before.put + next.put,
    replaced: before.replaced + next.replaced,
    stayed: before.stayed + next.stayed,
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
  /** Figures of the table stand already: what the server says of it, until the person decides. */
  const twice = shallowRef<{ code: string; text: string } | null>(null)
  /** What the person chose for the file. */
  let choice: Choice = ''
  /** The file as the program remembers it, 0 while it knows none. */
  const taken = ref(0)
  /** What came of the file is no longer kept. */
  const gone = ref(false)
  const name = ref('')
  const left = ref(false)
  if (getCurrentInstance()) onBeforeUnmount(() => (left.value = true))
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
      twice.value = null
      choice = ''
      const { data } = await ask<IntakeRead>('POST', '/api/v1/intake/read', { form: form(more), key: uuid() })
      read.value = data
      fields.value = data.columns.map((one) => one.field)
      key = uuid()
    })
  }

  async function choose(next: File | null | undefined) {
    if (!next) return
    again()
    file.value = next
    name.value = next.name
    overwrite.value = false
    await look()
  }

  const place = () => ({ sheet: String(read.value!.sheet), head: String(read.value!.head) })
  const setKind = (name: string) => look({ ...place(), kind: name })
  const setSheet = (sheet: number) => look({ sheet: String(sheet) })
  const setHead = (head: number) => look({ sheet: String(read.value!.sheet), head: String(head) })

  /** Gives a column its meaning; another column that had it loses it. */
  function setField(column: number, field: string) {
    fields.value = fields.value.map((one, i) => (i === column ? field : one === field ? '' : one))
    twice.value = null
    key = uuid()
  }

  /** Keeps what asks for a decision of the person; anything else goes on. */
  function asks(error: unknown): boolean {
    if (!(error instanceof ApiError)) return false
    const first = error.problem.code ? error.problem : error.problem.errors?.[0]
    if (!first?.code?.startsWith('intake.standing')) return false
    twice.value = { code: first.code, text: first.detail || error.message }
    return true
  }

  function setOverwrite(on: boolean) {
    overwrite.value = on
    twice.value = null
    key = uuid()
  }

  async function start(chosen: Choice = '') {
    await work(async () => {
      twice.value = null
      choice = chosen
      const more = {
        ...place(),
        kind: read.value!.kind,
        columns: JSON.stringify(fields.value),
        overwrite: String(overwrite.value),
        choice,
      }
      const { data } = await ask<{ outcome?: Outcome; job?: number; file?: number }>('POST', '/api/v1/intake/run', {
        form: form(more),
        key,
      }).catch((error: unknown) => {
        if (asks(error)) return { data: null }
        throw error
      })
      if (!data) return
      job.value = data.job ?? 0
      outcome.value = data.outcome ?? null
      taken.value = data.file ?? data.outcome?.file ?? 0
    })
  }

  /** Asks until there is an answer: a broken line is not the end. A refusal is. */
  async function insist<T>(path: string): Promise<T | null> {
    while (!left.value) {
      try {
        const got = await get<T>(path)
        refused.value = ''
        return got
      } catch (error) {
        if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429) {
          refused.value = error.message
          complain(error)
          return null
        }
        refused.value = t('intake.askAgain')
        await new Promise((wake) => setTimeout(wake, askedAgain))
      }
    }
    return null
  }

  /** The job is over: what it tells stands with it. */
  async function finished(done: Job) {
    failed.value = done.state !== 'done'
    if (failed.value) return
    const whole = await insist<Job & { output?: Outcome }>(`/api/v1/jobs/${done.id}`)
    if (whole && job.value === done.id) outcome.value = whole.output ?? null
  }

  /** Goes on with a file after the page was left: its result, or the job that takes it. */
  async function resume(id: number) {
    again()
    const one = await insist<TakenFile>(`/api/v1/intake/files/${id}`)
    if (!one) return
    taken.value = one.id
    name.value = one.name
    if (one.outcome) outcome.value = one.outcome
    else if (one.job) job.value = one.job
    else gone.value = true
  }

  /** Rows were sent and nobody knows what became of them: they are sent again as they were before anything else is changed. */
  const unanswered = ref(false)

  /** Takes rows that were mended; the answer takes their place among the bad ones. */
  async function mend(rows: { row: number; cells: string[] }[], chosen: Choice = choice) {
    await work(async () => {
      twice.value = null
      const before = outcome.value!
      pending ??= {
        key: uuid(),
        rows: rows.map((one) => one.row),
        body: {
          kind: before.kind,
          name: name.value,
          columns: before.columns,
          rows: rows.map((one) => one.cells),
          numbers: rows.map((one) => one.row),
          overwrite: overwrite.value,
          choice: chosen,
          file: taken.value,
        },
      }
      const sent = pending
      const { data } = await ask<{ outcome: Outcome }>('POST', '/api/v1/intake/rows', sent).catch((error: unknown) => {
        // A refusal has written nothing. Without an answer nobody knows, and the same is sent again.
        if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 409)
          pending = null
        unanswered.value = pending !== null
        if (asks(error)) return { data: null }
        throw error
      })
      if (!data) return
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
    name.value = ''
    read.value = null
    outcome.value = null
    job.value = 0
    taken.value = 0
    gone.value = false
    failed.value = false
    refused.value = ''
    twice.value = null
    choice = ''
    pending = null
    unanswered.value = false
  }

  return {
    unanswered,
    file,
    name,
    taken,
    gone,
    resume,
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
