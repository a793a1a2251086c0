import { computed, reactive, ref, shallowRef } from 'vue'
import type { Fact, Field, Preview, ProblemItem, Rec, Resource } from '@/api/contract'
import { companyBase } from '@/lib/base'
import { isNamed } from '@/lib/layout'
import {
  adopt,
  buildBody,
  byPath,
  isBlank,
  mergeAnswer,
  mergeStored,
  newRow,
  pointerToPath,
  reserveKeys,
  rowPath,
  rowsOf,
  type Edits,
  type Row,
  type SentKeys,
} from '@/lib/sheet'
import { tab } from '@/lib/storage'
import { writable } from '@/lib/values'

/** What was typed and is not saved. */
export interface StoredDraft {
  rec: Rec
  /** Typed while a posted sheet of this version was being modified. */
  modifying?: number
  edits: [string, number][]
  /** The request by which the record was sent, as long as nobody heard what became of it. */
  sent?: Sent | null
  /** The draft that the sheet was stored as by itself; what is kept here was typed since. */
  at?: number
}

/** Under which name this tab keeps what was typed into a record, null for a new one. */
export const draftKeyOf = (resource: Resource, id: number | null) =>
  `draft:${companyBase}:${resource.name}:${id ?? 'new'}`

/** A record as it was sent: sent again with the same key it is stored once, whatever became of the first answer. */
export interface Sent {
  key: string
  /** What the person meant by it: the same again is the same request. */
  text: string
  body: Rec
  action?: string
  /** The record that was changed and its version, none for a new one. */
  at?: number
  version?: number
}

/** Told what is kept in the browser, null for nothing any more, and whether it is because somebody typed. */
type Keeper = (draft: StoredDraft | null, typed: boolean) => void

export type Sheet = ReturnType<typeof useSheet>

/** One record on the screen: its values, what was touched, what is wrong with it. Talks to nobody. */
export function useSheet(resource: Resource, given: number | null) {
  /** The number of the record, which a new one gets once it is stored. */
  const id = ref(given)
  /** Whether a page that began empty became the page of what was stored by itself: it looks as it did. */
  const grown = ref(false)
  const fresh = computed(() => id.value === null || grown.value)
  let sent: Sent | null = null
  const rec = ref<Rec>({})
  const original = shallowRef<Rec | null>(null)
  const edits: Edits = reactive(new Map())
  const problems = shallowRef(new Map<string, ProblemItem[]>())
  const facts = shallowRef<Fact[]>([])
  const factKeys = shallowRef<SentKeys>({})
  const allowed = shallowRef<string[] | null>(null)
  const attempted = ref(false)
  const draftKey = () => draftKeyOf(resource, id.value)
  let counter = 0
  let draftTimer = 0
  let changed: (path: string) => void = () => {}
  const kept: Keeper[] = []

  /** A posted sheet that is being modified where it stands: its version when that began, 0 for none. */
  const modifying = ref(0)
  const dirty = computed(() => edits.size > 0)
  const sets = resource.lines ?? []
  const editable = computed(() => {
    if (modifying.value) return true
    const verb = id.value === null ? 'create' : 'update'
    return rec.value.$can && id.value !== null ? rec.value.$can.includes(verb) : (resource.can?.includes(verb) ?? false)
  })

  /** Problems worth showing: warnings, those of touched cells, all of them after the first attempt to save. */
  const shown = computed(() => {
    const out = new Map<string, ProblemItem[]>()
    for (const [path, list] of problems.value) {
      const some = list.filter((one) => attempted.value || one.level === 'warning' || edits.has(path))
      if (some.length) out.set(path, some)
    }
    return out
  })

  /** Lines that the program writes by itself are only looked at. */
  function fillable(name: string): boolean {
    return editable.value && sets.some((set) => set.name === name && set.fields.some(writable))
  }

  function ensureTail(set: string) {
    if (!fillable(set)) return
    const rows = rowsOf(rec.value, set)
    const last = rows.at(-1)
    if (!last || !isBlank(set, last, edits)) rec.value[set] = [...rows, newRow()]
  }

  function start(from: Rec, isNew: boolean) {
    edits.clear()
    problems.value = new Map()
    attempted.value = false
    allowed.value = null
    modifying.value = 0
    grown.value = false
    sent = null
    rec.value = adopt(resource, from)
    original.value = isNew ? null : adopt(resource, from)
    for (const set of sets) ensureTail(set.name)
  }

  /** Marks values that were put in by a copy or a link as typed. */
  function mark(paths: string[]) {
    for (const path of paths) edits.set(path, ++counter)
    keepDraft()
  }

  function touch(path: string) {
    edits.set(path, ++counter)
    // What was wrong here, and with the lines as a whole, may be right now; the next answer tells.
    const stale = [path, path.split('#')[0]!].filter((one) => problems.value.has(one))
    if (stale.length) {
      problems.value = new Map(problems.value)
      for (const one of stale) problems.value.delete(one)
    }
    keepDraft()
    changed(path)
  }

  function put(target: Rec, name: string, value: unknown, label?: string) {
    target[name] = value
    if (label !== undefined) target.$labels = { ...target.$labels, [name]: label }
  }

  function setField(name: string, value: unknown, label?: string) {
    put(rec.value, name, value, label)
    touch(name)
  }

  function setCell(set: string, key: number, name: string, value: unknown, label?: string) {
    const row = rowsOf(rec.value, set).find((one) => one.$key === key)
    if (!row) return
    put(row, name, value, label)
    touch(rowPath(set, key, name))
    ensureTail(set)
  }

  function insertRow(set: string, at: number) {
    const rows = [...rowsOf(rec.value, set)]
    rows.splice(at, 0, newRow())
    rec.value[set] = rows
  }

  /** A copy of a row beneath it; the copy counts as typed. */
  function copyRow(set: string, at: number, fields: Field[]) {
    const rows = [...rowsOf(rec.value, set)]
    const source = rows[at]
    if (!source) return
    const copy = newRow({ $labels: { ...source.$labels } })
    for (const field of fields) {
      if (!writable(field) || source[field.name] === undefined) continue
      copy[field.name] = source[field.name]
      edits.set(rowPath(set, copy.$key, field.name), ++counter)
    }
    rows.splice(at + 1, 0, copy)
    rec.value[set] = rows
    touch(set)
  }

  function removeRow(set: string, at: number) {
    const rows = [...rowsOf(rec.value, set)]
    const [gone] = rows.splice(at, 1)
    rec.value[set] = rows
    if (!gone) return
    for (const path of edits.keys()) if (path.startsWith(`${set}#${gone.$key}/`)) edits.delete(path)
    if (gone.id !== undefined || edits.size) touch(set)
    ensureTail(set)
  }

  /** Many cells at once (a pasted block): rows are added as needed and the server is asked once. */
  function fill(set: string, at: number, block: Rec[]) {
    const rows = [...rowsOf(rec.value, set)]
    block.forEach((values, i) => {
      const row: Row = rows[at + i] ?? newRow()
      rows[at + i] = row
      for (const [name, value] of Object.entries(values)) {
        if (name === '$labels') row.$labels = { ...row.$labels, ...(value as Record<string, string>) }
        else {
          row[name] = value
          edits.set(rowPath(set, row.$key, name), ++counter)
        }
      }
    })
    rec.value[set] = rows
    ensureTail(set)
    touch(set)
  }

  const body = () => buildBody(resource, rec.value, original.value, edits)

  function accept(preview: Preview, keys: SentKeys, sentAt: number, path: string) {
    // Lines that came of what was chosen are told where they stand by the next answer; they survive a reload as what was typed.
    const came = mergeAnswer(resource, rec.value, edits, { preview, keys, sentAt, changed: path })
    if (came) {
      for (const set of sets) ensureTail(set.name)
      keepDraft()
    }
    problems.value = byPath(preview.problems, keys)
    tell(preview.facts ?? [], keys)
    allowed.value = preview.actions ?? null
  }

  function tell(list: Fact[], keys: SentKeys) {
    facts.value = list
    factKeys.value = keys
  }

  function refuse(list: ProblemItem[] | null | undefined, keys: SentKeys) {
    attempted.value = true
    problems.value = byPath(list, keys)
  }

  /**
   * Facts about a record with a name as a whole, told once on top of its page: all that stand neither beside a reference,
   * where they tell of what was chosen, nor beside something typed.
   */
  const standing = computed(() => {
    if (id.value === null || !isNamed(resource)) return []
    return facts.value.filter((one) => {
      const path = pointerToPath(one.pointer, factKeys.value)
      const kind = resource.fields.find((field) => field.name === path)?.kind
      return !path.includes('#') && !['ref', 'text', 'longtext'].includes(kind ?? '')
    })
  })

  /** Where a fact stands. */
  const told = computed(() => new Set(facts.value.map((one) => pointerToPath(one.pointer, factKeys.value))))

  /** Puts what a scanned code says into the fields beside the one it was scanned in. */
  function setBeside(set: string, key: number, list: { field: string; id: number; label: string }[]) {
    for (const one of list) setCell(set, key, one.field, one.id, one.label)
  }

  function factsAt(path: string): Fact[] {
    return facts.value.filter(
      (one) => !standing.value.includes(one) && pointerToPath(one.pointer, factKeys.value) === path,
    )
  }

  function keepDraft() {
    clearTimeout(draftTimer)
    draftTimer = window.setTimeout(() => storeDraft(), 400)
  }

  function storeDraft(typed = true) {
    clearTimeout(draftTimer)
    if (!edits.size) return
    const draft: StoredDraft = { rec: rec.value, edits: [...edits], modifying: modifying.value, sent }
    tab.set(draftKey(), draft)
    for (const tell of kept) tell(draft, typed)
  }

  function dropDraft() {
    clearTimeout(draftTimer)
    sent = null
    tab.set(draftKey(), null)
    for (const tell of kept) tell(null, false)
  }

  /** What was typed here before a reload, and nobody saved. */
  const storedDraft = () => tab.get<StoredDraft | null>(draftKey(), null)

  /** The record is on its way, or its answer is here. It is written down before, for the page may not live to hear it. */
  function sending(request: Sent | null) {
    sent = request
    storeDraft(false)
  }

  /** The new record is stored as a draft: from here on the page is its page, and what is typed changes it. */
  function grow(stored: Rec) {
    dropDraft()
    id.value = Number(stored.id)
    grown.value = true
    Object.assign(rec.value, { id: stored.id, version: stored.version, created_at: stored.created_at })
    original.value = adopt(resource, stored)
  }

  /** What was sent at an edit is stored; what was typed since stays unsaved. False where the answer does not fit the screen. */
  function stored(answer: Rec, keys: SentKeys, sentAt: number): boolean {
    const now = mergeStored(resource, rec.value, edits, { stored: answer, keys, sentAt })
    if (!now) return false
    sent = null
    original.value = now
    if (edits.size) storeDraft()
    else dropDraft()
    return true
  }

  /** Opens a posted sheet for modifying, or closes it again. */
  function modify(on: boolean) {
    modifying.value = on ? Number(rec.value.version) : 0
    for (const set of sets) ensureTail(set.name)
  }

  /** Puts back what was typed before a reload, or what is given; false when there is nothing. */
  function restoreDraft(given: StoredDraft | null = null): boolean {
    const draft = given ?? storedDraft()
    if (!draft || Boolean(draft.modifying) === editable.value) return false
    modifying.value = draft.modifying ?? 0
    reserveKeys(resource, draft.rec)
    rec.value = draft.rec
    sent = draft.sent ?? null
    for (const [path, at] of draft.edits) edits.set(path, (counter = Math.max(counter, at)))
    for (const set of sets) ensureTail(set.name)
    return true
  }

  return {
    resource,
    get id() {
      return id.value
    },
    grown,
    fresh,
    grow,
    sending,
    sent: () => sent,
    rec,
    original,
    edits,
    dirty,
    editable,
    modifying,
    modify,
    fillable,
    attempted,
    problems,
    shown,
    allowed,
    start,
    mark,
    setField,
    setCell,
    insertRow,
    copyRow,
    removeRow,
    fill,
    body,
    accept,
    tell,
    refuse,
    factsAt,
    told,
    setBeside,
    standing,
    stored,
    storeDraft: () => storeDraft(),
    dropDraft,
    storedDraft,
    restoreDraft,
    counter: () => counter,
    onDraft: (listener: Keeper) => void kept.push(listener),
    onChange: (listener: (path: string) => void) => (changed = listener),
  }
}
