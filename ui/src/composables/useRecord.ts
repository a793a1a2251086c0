import { computed, onBeforeUnmount, ref } from 'vue'
import { ApiError, ask, changedMeanwhile, get } from '@/api/client'
import type { Action, Rec, Waiting } from '@/api/contract'
import { t } from '@/i18n'
import { again, repeated } from '@/lib/again'
import { companyBase } from '@/lib/base'
import { isNamed } from '@/lib/layout'
import { choose, complain, sure } from '@/lib/notify'
import { forgetSelfmade, isSelfmade, markSelfmade } from '@/lib/selfmade'
import { copyAsNew, newRow, rowPath, rowsOf } from '@/lib/sheet'
import { tab } from '@/lib/storage'
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
import { draftKeyOf, type Sent, type Sheet, type StoredDraft } from './useSheet'

type Query = Record<string, unknown>

/**
 * Loading, saving and acting on the record of a sheet. `opened` is told the id of a record just created, 0 while it waits;
 * `quietly` when the sheet was stored by itself and somebody goes on typing.
 */
export function useRecord(sheet: Sheet, opened: (id: number, quietly?: boolean) => unknown) {
  const store = useSession()
  const { resource, rec } = sheet
  const loading = ref(true)
  const missing = ref(false)
  const saving = ref(false)
  const restored = ref(false)
  const preview = usePreview(sheet)
  const { pending, prepare, run } = useAction()
  // What is written all day at the counter survives the browser as well, not only a reload.
  const owing = resource.fields.some((one) => one.name === 'paid_now')
  const counter = sheet.id === null && owing
  // A receipt tells how its party stands, and what it settles.
  const telling = owing || resource.fields.some((one) => one.name === 'unapplied')
  const left = counter
    ? useLeftBehind(`left:${companyBase}:${store.meta?.user.id ?? 0}:${resource.name}`, () =>
        sheet.id === null ? sheet.dirty.value : sheet.grown.value,
      )
    : null
  // Of a sheet that became a draft by itself it is kept which one it is, and what was typed since.
  const pointer = () => (sheet.id === null ? null : { rec: {}, edits: [], at: sheet.id })
  if (left) {
    sheet.onDraft((draft) => {
      if (sheet.fresh.value) left.keep(draft ? { ...draft, at: sheet.id ?? undefined } : pointer())
    })
    // Whoever goes elsewhere finds it among the drafts; only who was cut off is led back.
    onBeforeUnmount(() => sheet.grown.value && left.keep(null))
  }
  let intent = { text: '', key: '' }
  /** Up to which edit a new sheet was filled by the program: a copy that nobody touches is not worth a draft. */
  let filledAt = 0
  /** The request of which a new record takes the place. */
  let sentBack: { id: number; version: number } | null = null

  const title = computed(() => String(rec.value[resource.title ?? 'number'] ?? rec.value.name ?? ''))

  /** Actions that may be tried now: what the server said last, else what the state allows. */
  const actions = computed<Action[]>(() => {
    // Nobody claims, moves or converts what is not there yet, or not yet on the screen.
    if ((sheet.id === null && isNamed(resource)) || sheet.modifying.value) return []
    if (sheet.id !== null && rec.value.id === undefined) return []
    const state = String(rec.value.state ?? resource.states?.[0]?.name ?? '')
    const names =
      sheet.dirty.value || sheet.id === null ? (sheet.allowed.value ?? rec.value.$actions) : rec.value.$actions
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
      if (found?.at) return resume(found, found.at)
      restored.value = found !== null && sheet.restoreDraft(found)
    }
    if (!restored.value && !query.next) await prefill(query)
  }

  /** Goes on in the draft that a sheet had become when the browser was closed; one that is none any more is over. */
  async function resume(found: StoredDraft, at: number): Promise<void> {
    left?.keep(null)
    const now = await get<Rec>(`${resource.path}/${at}`).catch(() => null)
    if (now?.state !== resource.states?.[0]?.name) return
    if (found.edits.length) tab.set(draftKeyOf(resource, at), found)
    opened(at)
  }

  /** Somebody wants what was stored by itself, or it is gone: nobody is asked about it any more. */
  function over(at: number | null): void {
    forgetSelfmade(resource.name, at)
    if (sheet.grown.value) left?.keep(null)
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
      if (sheet.id === null) {
        await blank(query)
        filledAt = restored.value ? -1 : sheet.counter()
      } else {
        const stored = await get<Rec>(`${resource.path}/${sheet.id}`)
        sheet.start(stored, false)
        if (query.request && sheet.editable.value) await retype(Number(query.request))
        const may = sheet.editable.value || rec.value.$actions?.includes('modify')
        if (may) restored.value = sheet.restoreDraft()
        if (restored.value) await outdated(stored)
      }
      unheard()
      // How a customer stands (debt, credit) is told by the preview; a sheet is opened too often to ask for nothing.
      if (sheet.id === null || restored.value || isNamed(resource) || telling) void preview.now()
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) missing.value = true
      else complain(error)
    } finally {
      loading.value = false
    }
  }

  /** What was typed into an older version cannot be saved: the person chooses now, not when he saves. */
  async function outdated(stored: Rec): Promise<void> {
    const base = sheet.modifying.value || Number(rec.value.version)
    if (base >= Number(stored.version) || sheet.sent()) return
    const text = t('record.reloadAsk', { why: t('record.older') })
    if (!(await sure({ text, yes: t('record.reload'), no: t('record.stay') }))) return
    sheet.dropDraft()
    sheet.start(stored, false)
    restored.value = false
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
  let lost: { key: string; acts: boolean; again: () => Promise<{ status: number; data: Rec | Waiting }> } | null = null

  /** Sends a record, as often as it takes: it is stored once. */
  function sending({ key, body, action, at, version }: Sent) {
    const query = action ? { action } : undefined
    return () =>
      at === undefined
        ? ask<Rec | Waiting>('POST', resource.path, { body, key, query })
        : ask<Rec | Waiting>('PATCH', `${resource.path}/${at}`, { body, key, query, version })
  }

  /** A record that was sent before a reload, and of which nobody knows whether it arrived. */
  function unheard(): void {
    const sent = restored.value ? sheet.sent() : null
    intent = { text: sent?.text ?? '', key: sent?.key ?? '' }
    lost = sent && { key: sent.key, acts: Boolean(sent.action), again: sending(sent) }
  }

  async function send(action: Action | null, quiet = false): Promise<{ status: number; data: Rec | Waiting }> {
    const [body, keys] = sheet.body()
    const text = JSON.stringify([body, action?.name, rec.value.version])
    const key = keyFor(text)
    try {
      let at = sheet.id
      let version = rec.value.version
      if (lost && lost.key !== key) {
        // An earlier save got no answer and may have arrived: finish it under its own key before going on from it.
        const before = await lost.again()
        lost = null
        const made = isWaiting(before.data) ? before.data.record : before.data
        at = Number(made?.id ?? at)
        version = made?.version ?? version
      }
      const now: Sent = { key, text, body, action: action?.name, ...(at === null ? {} : { at, version }) }
      const again = sending(now)
      lost = { key, acts: action !== null, again }
      // After an earlier save that was heard of only now the record has another number than the page knows.
      if (at === sheet.id) sheet.sending(now)
      const answer = await again()
      lost = null
      return answer
    } catch (error) {
      if (error instanceof ApiError && error.status !== 0) {
        lost = null
        if (sheet.sent()) sheet.sending(null)
      }
      if (error instanceof ApiError && error.problem.errors && !quiet) sheet.refuse(error.problem.errors, keys)
      throw error
    }
  }

  // A draft is saved by itself when nobody types for a while, or the page goes out of sight. What is not yet one, or cannot be
  // saved as it stands, is kept in the browser. What somebody wanted to be done is not finished without him.
  const autosave = useAutosave(sheet, {
    may: () =>
      !saving.value &&
      !pending.value &&
      !sentBack &&
      !loading.value &&
      !lost?.acts &&
      (sheet.id !== null || sheet.counter() !== filledAt),
    settled: () => preview.settled(),
    send: async () => (await send(null, true)).data as Rec,
    stored: () => {
      intent = { text: '', key: '' }
      // What was brought back and only kept by itself since can still be given up as a whole.
      if (!isSelfmade(resource.name, sheet.id)) restored.value = false
    },
    made: (at) => {
      markSelfmade(resource.name, at)
      const go = () => opened(at, true)
      void (left ? left.move(pointer(), go) : go())
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
    const now = Number(made?.id ?? sheet.id ?? 0)
    over(now)
    if (made?.state === 'posted' && owing) void tellShort(resource, now)
    if (sheet.id === null) {
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
      if (sheet.id === null || sheet.dirty.value) {
        answer = await send(together ? action : null)
        if (action && !together) answer = await run(resource.path, answer.data as Rec, action, input)
      } else if (action) answer = await act(action, input)
      else {
        // It saved itself before; now somebody wants it.
        if (isSelfmade(resource.name, sheet.id)) tellOutcome(null, 200, null)
        over(sheet.id)
        sheet.grown.value = false
        return sheet.id
      }
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
    if (changedMeanwhile(error) && sheet.id !== null) {
      const text = t('record.reloadAsk', { why: error.message })
      if (await sure({ text, yes: t('record.reload'), no: t('record.stay') })) {
        sheet.dropDraft()
        await load()
      }
      return
    }
    complain(error)
  }

  /** The draft on the server that nobody asked for: made by itself here, or on its way when the line broke. */
  async function unasked(): Promise<{ id: number; version?: number } | null> {
    await autosave.done()
    if (sheet.id !== null)
      return isSelfmade(resource.name, sheet.id) ? { id: sheet.id, version: rec.value.version } : null
    if (!lost || lost.acts) return null
    // Whether it arrived is not known: sent again under its own key it certainly has, once.
    const answer = await lost.again().catch(() => null)
    lost = null
    return answer && !isWaiting(answer.data) ? { id: Number(answer.data.id), version: answer.data.version } : null
  }

  /** Takes away the draft that nobody asked for. False when it is still there: somebody else works on it, or the line is cut. */
  async function withdraw(): Promise<boolean> {
    const made = await unasked()
    if (!made) return true
    try {
      await ask('DELETE', `${resource.path}/${made.id}`, { key: uuid(), version: made.version })
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) return (complain(error), false)
    }
    forgetSelfmade(resource.name, made.id)
    return true
  }

  /** Throws away what was typed and shows the record as it is stored. False where the page of a draft that is gone is to be left. */
  async function discard(): Promise<boolean> {
    const gone = isSelfmade(resource.name, sheet.id)
    if (!(await withdraw())) return true
    sheet.dropDraft()
    over(sheet.id)
    sheet.edits.clear()
    restored.value = false
    if (gone) return false
    await load()
    return true
  }

  /** Whether the page may be left: of what is not saved, and of a draft that only saved itself, the person is asked. */
  async function leave(): Promise<boolean> {
    await autosave.done()
    const draft = rec.value.state === resource.states?.[0]?.name
    const selfmade = draft && isSelfmade(resource.name, sheet.id)
    if (selfmade) await autosave.flush()
    if (selfmade) {
      const text = sheet.dirty.value ? t('record.keepLastAsk') : t('record.keepAsk')
      const answer = await choose({ text, yes: t('record.keepDraft'), no: t('record.dropDraft') })
      if (!answer || (answer === 'no' && !(await withdraw()))) return false
    } else if (sheet.dirty.value) {
      if (!(await sure({ text: t('record.leaveAsk'), yes: t('record.leave'), no: t('record.stay') }))) return false
      if (sheet.id === null) await withdraw()
    } else return true
    sheet.dropDraft()
    over(sheet.id)
    sheet.edits.clear()
    return true
  }

  async function remove(): Promise<boolean> {
    const text = t('record.deleteAsk', { label: `${resource.label} ${title.value}` })
    if (!(await sure({ text, yes: t('common.delete'), danger: true }))) return false
    try {
      const asked = { key: uuid(), version: rec.value.version }
      const { status, data } = await ask<Waiting | undefined>('DELETE', `${resource.path}/${sheet.id}`, asked)
      sheet.dropDraft()
      over(sheet.id)
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
    leave,
    remove,
  }
}
