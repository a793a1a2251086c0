import { computed, reactive, ref, shallowRef } from 'vue'
import { ask, get, type Query } from '@/api/client'
import type { Action, Job, Page, Rec, Resource } from '@/api/contract'
import { many, saidOfMany, t } from '@/i18n'
import { complain, sentence, sure } from '@/lib/notify'
import { uuid } from '@/lib/uuid'
import { isWaiting, tellOutcome, useAction } from './useAction'

/** What became of one row. */
export interface Outcome {
  id: number
  label: string
  state: 'done' | 'waiting' | 'failed'
  detail?: string
}

/** One thing done to many rows: how far it is and what became of each. A job tells the same at its end. */
export interface Work {
  title: string
  total: number
  job: number
  running: boolean
  stopped: boolean
  done: number
  waiting: number
  failed: number
  rows: Outcome[]
}

/** What is done to every row: an action with its input, or a change of fields. */
interface Deed {
  act: string
  label: string
  input: Rec
  /** The rows that it can be done with; all of them where this is left out. */
  allows?: (row: Rec) => boolean
}

/** Whether a row allows an action, by what the server says of it or by its state. */
function allows(action: Action, row: Rec): boolean {
  if (row.$actions) return row.$actions.includes(action.name)
  return !action.from?.length || action.from.includes(String(row.state))
}

/** Up to how many rows the browser goes through one by one; more are a job of the server. */
const byHand = 200

/** Ticked rows and what can be done with all of them, and the actions of the list itself. */
export function useBulk(
  resource: () => Resource | undefined,
  items: () => Rec[],
  asked: { question: () => Query; count: () => number; reload: () => Promise<void> },
) {
  const chosen = ref(new Set<number>())
  const everything = ref(false)
  const work = shallowRef<Work>()
  const editing = ref(false)
  const { pending, prepare } = useAction()
  let last = 0

  function clear() {
    chosen.value.clear()
    everything.value = false
    last = 0
  }

  /** Ticks a row; with the shift key also those between it and the one ticked before. */
  function pick(id: number, range = false) {
    const ids = items().map((one) => Number(one.id))
    const [from, to] = [ids.indexOf(last), ids.indexOf(id)]
    everything.value = false
    if (range && from >= 0 && to >= 0) {
      for (const one of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) chosen.value.add(one)
    } else if (!chosen.value.delete(id)) chosen.value.add(id)
    last = id
  }

  function pickAll() {
    const ids = items().map((one) => Number(one.id))
    const all = ids.every((id) => chosen.value.has(id))
    everything.value = false
    chosen.value = new Set(all ? [] : ids)
  }

  const rows = computed(() => items().filter((one) => chosen.value.has(Number(one.id))))
  const count = computed(() => (everything.value ? asked.count() : chosen.value.size))

  /**
   * Actions that a ticked row allows by its state; the others are left alone. With all rows of the filter they are the same, at
   * the same places; the server asks each row then.
   */
  const bulkActions = computed(() =>
    (resource()?.actions ?? []).filter(
      (action) =>
        !action.collection &&
        // A sheet is modified where it stands.
        action.name !== 'modify' &&
        // A driver answers for one stop at a time.
        action.name !== 'stop' &&
        // What one record does with another of its kind, such as merging into it, is told of a pair.
        !action.input.some((one) => one.secret || (one.ref !== undefined && one.ref === resource()?.name)) &&
        allowing(action) > 0,
    ),
  )
  /** With how many of the ticked rows an action can be done. */
  const allowing = (action: Action): number => rows.value.filter((row) => allows(action, row)).length
  const collectionActions = computed(() => (resource()?.actions ?? []).filter((one) => one.collection))

  /** Fields of masters that may be given the same value in many records. */
  const editable = computed(() => {
    const of = resource()
    if (!of || of.kind === 'document' || of.states.length || !of.can.includes('update')) return []
    return of.fields.filter(
      (one) =>
        !one.readonly &&
        !one.computed &&
        !one.once &&
        !one.secret &&
        one.kind !== 'json' &&
        one.kind !== 'longtext' &&
        one.name !== of.title &&
        one.name !== of.natural_key,
    )
  })

  /** What is asked before: of one record under its own name, of many that it happens to each of them. */
  function said(action: Action): { label: string; confirm: string } {
    const text = action.confirm || t('bulk.ask', { action: action.label, label: '{label}' })
    const number = everything.value ? count.value : allowing(action)
    const label = t('bulk.count', many(number))
    if (number !== 1) return { label, confirm: saidOfMany(text, t('bulk.each', many(number))) }
    const only = rows.value.find((row) => allows(action, row))
    return { label: String(only?.[resource()?.title ?? ''] || label), confirm: text }
  }

  async function runBulk(action: Action) {
    const { label, confirm } = said(action)
    const input = await prepare({ ...action, confirm }, label)
    if (input) await carryOut({ act: action.name, label: action.label, input, allows: (row) => allows(action, row) })
  }

  /** Gives one field of every row a value, after asking once. */
  async function edit(input: Rec, words: { field: string; value: string }) {
    editing.value = false
    const text = t('bulk.editAsk', { ...many(count.value), ...words })
    if (await sure({ text, yes: t('bulk.edit') })) await carryOut({ act: 'update', label: t('bulk.edit'), input })
  }

  async function carryOut(deed: Deed) {
    const of = resource()
    if (!of) return
    const able = (all: Rec[]): Rec[] => (deed.allows ? all.filter(deed.allows) : [...all])
    const total = everything.value ? count.value : able(rows.value).length
    const blank = { title: `${deed.label} · ${t('bulk.count', many(total))}`, total, job: 0, running: true }
    const now = reactive<Work>({ ...blank, stopped: false, done: 0, waiting: 0, failed: 0, rows: [] })
    work.value = now
    try {
      if (everything.value && total > byHand) return await order(of, deed, now)
      const targets = able(
        everything.value ? (await get<Page>(of.path, { ...asked.question(), limit: byHand })).items : rows.value,
      )
      now.total = targets.length
      for (const row of targets) {
        if (now.stopped) break
        tell(now, await one(of, deed, row))
      }
    } catch (error) {
      complain(error)
    }
    now.running = false
    await asked.reload()
  }

  async function one(of: Resource, deed: Deed, row: Rec): Promise<Outcome> {
    const out: Outcome = { id: Number(row.id), label: String(row[of.title ?? 'number'] || row.id), state: 'done' }
    const [method, path] =
      deed.act === 'update' ? ['PATCH', `${of.path}/${row.id}`] : ['POST', `${of.path}/${row.id}/${deed.act}`]
    try {
      const { data } = await ask<Rec>(method, path, { body: deed.input, version: row.version, key: uuid() })
      if (isWaiting(data)) out.state = 'waiting'
      else out.label = String(data?.[of.title ?? 'number'] || out.label)
    } catch (error) {
      out.state = 'failed'
      out.detail = sentence(error)
    }
    return out
  }

  function tell(now: Work, outcome: Outcome) {
    now[outcome.state]++
    now.rows.push(outcome)
  }

  /** Asks the server to do it as a job, for the rows as they are counted now. */
  async function order(of: Resource, deed: Deed, now: Work) {
    const { q, filter } = asked.question()
    const body = { resource: of.name, act: deed.act, input: deed.input, q, filter, count: now.total }
    const { data } = await ask<{ job: number }>('POST', '/api/v1/bulk', { body, key: uuid() })
    now.job = data.job
  }

  async function finished(job: Job) {
    const now = work.value
    if (!now) return
    Object.assign(now, job.output ?? {}, { running: false, stopped: job.state === 'cancelled' })
    await asked.reload()
  }

  async function runCollection(action: Action) {
    const of = resource()
    const input = of && (await prepare(action, ''))
    if (!of || !input) return
    try {
      const { status, data } = await ask('POST', `${of.path}/${action.name}`, { body: input, key: uuid() })
      tellOutcome(action, status, data)
      await asked.reload()
    } catch (error) {
      complain(error)
    }
  }

  return {
    chosen,
    everything,
    count,
    work,
    editing,
    pending,
    clear,
    pick,
    pickAll,
    bulkActions,
    allowing,
    editable,
    runBulk,
    edit,
    finished,
    collectionActions,
    runCollection,
  }
}
