import { computed, ref } from 'vue'
import { ApiError, ask, get } from '@/api/client'
import type { Action, Rec, Waiting } from '@/api/contract'
import { t } from '@/i18n'
import { again, repeated } from '@/lib/again'
import { companyBase } from '@/lib/base'
import { isNamed } from '@/lib/layout'
import { complain, sure } from '@/lib/notify'
import { copyAsNew, newRow, rowPath, rowsOf } from '@/lib/sheet'
import { uuid } from '@/lib/uuid'
import { defaultOf, readText } from '@/lib/values'
import { useSession } from '@/stores/session'
import { tellShort } from './tellShort'
import { isWaiting, tellOutcome, useAction } from './useAction'
import { useAutosave } from './useAutosave'
import { settleSheet } from './useFollowUp'
import { useLeftBehind } from './useLeftBehind'
import { useLookup } from './useLookup'
import { usePreview } from './usePreview'
import type { Sheet } from './useSheet'

type Query = Record<string, unknown>

/** Loading, saving and acting on the record of a sheet. `opened` is told the id of a record just created, 0 while it waits. */
export function useRecord(sheet: Sheet, opened: (id: number) => void) {
  const store = useSession()
  const { resource, id, rec } = sheet
  const loading = ref(true)
  const missing = ref(false)
  const saving = ref(false)
  const restored = ref(false)
  const preview = usePreview(sheet)
  const { pending, prepare, run } = useAction()
  // What is written all day at the counter survives the browser as well, not only a reload.
  const owing = resource.fields.some((one) => one.name === 'paid_now')
  const counter = id === null && owing
  // A receipt tells how its party stands, and what it settles.
  const telling = owing || resource.fields.some((one) => one.name === 'unapplied')
  const left = counter
    ? useLeftBehind(`left:${companyBase}:${store.meta?.user.id ?? 0}:${resource.name}`, () => sheet.dirty.value)
    : null
  if (left) sheet.onDraft(left.keep)
  let intent = { text: '', key: '' }
  /** The request of which a new record takes the place. */
  let sentBack: { id: number; version: number } | null = null

  const title = computed(() => String(rec.value[resource.title ?? 'number'] ?? rec.value.name ?? ''))

  /** Actions that may be tried now: what the server said last, else what the state allows. */
  const actions = computed<Action[]>(() => {
    // Nobody claims, moves or converts what is not there yet.
    if ((id === null && isNamed(resource)) || sheet.modifying.value) return []
    const state = String(rec.value.state ?? resource.states?.[0]?.name ?? '')
    const names = sheet.dirty.value || id === null ? (sheet.allowed.value ?? rec.value.$actions) : rec.value.$actions
    return (resource.actions ?? []).filter((action) => {
      if (action.collection) return false
      return names ? names.includes(action.name) : (action.from ?? []).includes(state)
    })
  })

  /** What this person typed into a request that was sent back to him. */
  const typed = (request: number) =>
    get<{ record: Rec; typed: string[]; version: number }>('/api/v1/approval/typed', { request })

  /** Begun from a posted sheet, whose money or return it is: what was left unsaved here is about another. */
  const follows = (query: Query) => Boolean(query.settles || query.source)

  /** A sheet that begins with something given would be kept in the place of what was left: that is put aside first. */
  async function spare(query: Query): Promise<void> {
    if (!left || !Object.keys(query).length) return
    const given = query.said || query.again || query.from || query.request || follows(query)
    const own = given ? sheet.storedDraft() : null
    await left.putAside(own)
    if (own) sheet.dropDraft()
  }

  async function blank(query: Query): Promise<void> {
    await spare(query)
    const source = Number(query.from)
    const before = query.request ? await typed(Number(query.request)) : null
    sentBack = before && { id: Number(query.request), version: before.version }
    if (source > 0 || before) {
      const from = before?.record ?? (await get<Rec>(`${resource.path}/${source}`))
      const { rec: copy, paths } = copyAsNew(resource, from, before !== null)
      const lines = Object.fromEntries((resource.lines ?? []).map((set) => [set.name, copy[set.name]]))
      sheet.start({ ...copy, ...Object.fromEntries(Object.keys(lines).map((name) => [name, []])) }, true)
      for (const [name, rows] of Object.entries(lines)) sheet.rec.value[name] = rows
      sheet.mark(paths)
      return
    }
    const values: Rec = {}
    for (const field of resource.fields) {
      const value = defaultOf(field, store.today)
      if (value !== undefined) values[field.name] = value
    }
    // The next sheet begins where the last one was written: values that were not typed and may be left without a word.
    if (query.next) {
      for (const field of resource.fields) {
        const text = query[field.name]
        if (typeof text === 'string' && text) values[field.name] = field.kind === 'ref' ? Number(text) : text
      }
    }
    sheet.start(values, true)
    if (Number(query.again) > 0) return repeat(Number(query.again))
    if (query.said || follows(query)) return prefill(query)
    restored.value = sheet.restoreDraft()
    if (!restored.value && Object.keys(query).length === 0) {
      const found = (await left?.find()) ?? null
      restored.value = found !== null && sheet.restoreDraft(found)
    }
    if (!restored.value && !query.next) await prefill(query)
  }

  /** A sheet written once more: /r/stock.delivery/new?again=12. Prices and terms are those of today. */
  async function repeat(source: number): Promise<void> {
    const { head, lines } = again(resource, await get<Rec>(`${resource.path}/${source}`))
    for (const [name, value, label] of head) sheet.setField(name, value, label)
    const set = repeated(resource)
    if (set && lines.length) sheet.fill(set.name, 0, lines)
  }

  /** Values given in the address: /r/sales.order/new?customer=12. */
  async function prefill(query: Query): Promise<void> {
    for (const field of resource.fields) {
      const text = query[field.name]
      if (typeof text !== 'string') continue
      if (field.kind === 'ref') {
        const { byIds } = useLookup(() => field.ref ?? '')
        const [item] = await byIds([Number(text)])
        if (item) sheet.setField(field.name, item.id, item.label)
      } else {
        const value = readText(text, field, store.today)
        if (value !== undefined) sheet.setField(field.name, value)
      }
    }
    if (typeof query.settles === 'string') await settleSheet(sheet, query.settles)
  }

  /** Types again into the record as it stands what was typed before. */
  async function retype(request: number): Promise<void> {
    const before = await typed(request)
    for (const name of before.typed) {
      const set = resource.lines?.find((one) => one.name === name)
      if (set) {
        const rows = rowsOf(before.record, name).map(({ id: line, ...row }) =>
          newRow(line ? { ...row, id: line } : row),
        )
        sheet.rec.value[name] = rows
        sheet.mark(rows.flatMap((row) => set.fields.map((field) => rowPath(name, row.$key, field.name))))
      } else sheet.setField(name, before.record[name], before.record.$labels?.[name])
    }
  }

  async function load(query: Query = {}): Promise<void> {
    loading.value = true
    missing.value = false
    try {
      if (id === null) await blank(query)
      else {
        sheet.start(await get<Rec>(`${resource.path}/${id}`), false)
        if (query.request && sheet.editable.value) await retype(Number(query.request))
        const may = sheet.editable.value || rec.value.$actions?.includes('modify')
        if (may) restored.value = sheet.restoreDraft()
      }
      // How a customer stands (debt, credit) is told by the preview; a sheet is opened too often to ask for nothing.
      if (id === null || restored.value || isNamed(resource) || telling) void preview.now()
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) missing.value = true
      else complain(error)
    } finally {
      loading.value = false
    }
  }

  /** Asks how the customer stands after what was just done with his sheet. */
  function standing(): void {
    if (telling) void preview.now()
  }

  /** The same content sent again after a broken connection carries the same key. */
  function keyFor(text: string): string {
    if (intent.text !== text) intent = { text, key: uuid() }
    return intent.key
  }

  /** A save whose answer never came. */
  let lost: { key: string; again: () => Promise<{ status: number; data: Rec | Waiting }> } | null = null

  async function send(action: Action | null, quiet = false): Promise<{ status: number; data: Rec | Waiting }> {
    const [body, keys] = sheet.body()
    const query = action ? { action: action.name } : undefined
    const key = keyFor(JSON.stringify([body, action?.name, rec.value.version]))
    try {
      let at = id
      let version = rec.value.version
      if (lost && lost.key !== key) {
        // An earlier save got no answer and may have arrived: finish it under its own key before going on from it.
        const before = await lost.again()
        lost = null
        const made = isWaiting(before.data) ? before.data.record : before.data
        at = Number(made?.id ?? id)
        version = made?.version ?? version
      }
      const again =
        at === null
          ? () => ask<Rec | Waiting>('POST', resource.path, { body, key, query })
          : () => ask<Rec | Waiting>('PATCH', `${resource.path}/${at}`, { body, key, query, version })
      lost = { key, again }
      const answer = await again()
      lost = null
      return answer
    } catch (error) {
      if (error instanceof ApiError && error.status !== 0) lost = null
      if (error instanceof ApiError && error.problem.errors && !quiet) sheet.refuse(error.problem.errors, keys)
      throw error
    }
  }

  // A draft that was saved once is saved by itself when nobody types for a while, or the page goes out of sight. What is new is
  // kept in the browser until somebody saves it or puts it aside.
  const autosave = useAutosave(sheet, {
    may: () => !saving.value && !pending.value && !sentBack,
    settled: () => preview.settled(),
    send: async () => (await send(null, true)).data as Rec,
    stored: () => {
      intent = { text: '', key: '' }
      restored.value = false
    },
  })

  /** An action on the record as it is stored; what is wrong with the record stands at its fields. */
  async function act(action: Action, input: Rec) {
    try {
      return await run(resource.path, rec.value, action, input)
    } catch (error) {
      if (error instanceof ApiError && error.problem.errors?.length) sheet.refuse(error.problem.errors, {})
      throw error
    }
  }

  async function giveUp({ id: request, version }: { id: number; version: number }): Promise<void> {
    const path = `${store.resource('approval.request')?.path}/${request}/withdraw`
    await ask('POST', path, { body: {}, key: uuid(), version }).catch(complain)
  }

  async function settle(answer: { status: number; data: Rec | Waiting }): Promise<number> {
    intent = { text: '', key: '' }
    sheet.dropDraft()
    sheet.edits.clear()
    restored.value = false
    const made = isWaiting(answer.data) ? answer.data.record : answer.data
    const now = Number(made?.id ?? id ?? 0)
    if (made?.state === 'posted' && owing) void tellShort(resource, now)
    if (id === null) {
      // A changed record goes on in its request; a new one is a request of its own, and the old one is over.
      if (sentBack) await giveUp(sentBack)
      sentBack = null
      if (now || isWaiting(answer.data)) opened(now)
    } else if (isWaiting(answer.data) || !made?.id) await load()
    else {
      sheet.start(made, false)
      standing()
    }
    return now
  }

  /** Saves and, when an action is given, acts in the same unit. Returns the id, or 0 when refused. */
  async function save(action: Action | null = null): Promise<number> {
    if (saving.value) return 0
    saving.value = true
    await autosave.done()
    sheet.attempted.value = true
    try {
      await preview.settled()
      preview.stop()
      const input = action ? await prepare(action, title.value || resource.label) : {}
      if (!input) return 0
      const together = action !== null && Object.keys(input).length === 0
      let answer: { status: number; data: Rec | Waiting }
      if (id === null || sheet.dirty.value) {
        answer = await send(together ? action : null)
        if (action && !together) answer = await run(resource.path, answer.data as Rec, action, input)
      } else if (action) answer = await act(action, input)
      else return id
      tellOutcome(action, answer.status, answer.data)
      return await settle(answer)
    } catch (error) {
      await failed(error)
      return 0
    } finally {
      saving.value = false
    }
  }

  async function failed(error: unknown): Promise<void> {
    if (error instanceof ApiError && error.status === 409 && id !== null) {
      const text = t('record.reloadAsk', { why: error.message })
      if (await sure({ text, yes: t('record.reload'), no: t('record.stay') })) {
        sheet.dropDraft()
        await load()
      }
      return
    }
    complain(error)
  }

  /** Throws away what was typed and shows the record as it is stored. */
  async function discard(): Promise<void> {
    sheet.dropDraft()
    restored.value = false
    await load()
  }

  async function remove(): Promise<boolean> {
    const text = t('record.deleteAsk', { label: `${resource.label} ${title.value}` })
    if (!(await sure({ text, yes: t('common.delete'), danger: true }))) return false
    try {
      const asked = { key: uuid(), version: rec.value.version }
      const { status, data } = await ask<Waiting | undefined>('DELETE', `${resource.path}/${id}`, asked)
      sheet.dropDraft()
      sheet.edits.clear()
      if (!isWaiting(data)) return true
      tellOutcome(null, status, data)
      await load()
      return false
    } catch (error) {
      await failed(error)
      return false
    }
  }

  return {
    loading,
    missing,
    saving,
    restored,
    autosaved: autosave.at,
    preview,
    pending,
    title,
    actions,
    load,
    standing,
    save,
    discard,
    remove,
  }
}
