import { computed, nextTick, ref, watch } from 'vue'
import { ask } from '@/api/client'
import {
  guessedIn,
  keptMarks,
  marked,
  markOf,
  packed,
  spokenBlock,
  spokenMoney,
  takeMarks,
  type Choice,
  type KeptMarks,
  type Mark,
  type Spoken,
  type Told,
} from '@/lib/dictation'
import { complain, note } from '@/lib/notify'
import { companyBase } from '@/lib/base'
import { itemFields } from '@/lib/pick'
import { isBlank, rowsOf, type Row } from '@/lib/sheet'
import { t } from '@/i18n'
import { local } from '@/lib/storage'
import { writable } from '@/lib/values'
import { about } from './useItemPick'
import { mayTake } from './usePurse'
import type { Sheet } from './useSheet'

/** The kinds of sheets that a text can fill. */
export const spokenKinds = ['stock.delivery', 'stock.receipt', 'sales.order', 'purchasing.order', 'sales.quotation']

const keptAt = (resource: string, id: number) => `spoken:${companyBase}:${resource}:${id}`

/** What is open on a draft is kept beside it in this browser, until somebody looked at it. */
export function keepMarks(resource: string, id: number, marks: KeptMarks | null): void {
  local.set(keptAt(resource, id), marks)
}

/** Filling a sheet with what was dictated or pasted, and what of it is still a guess. */
export function useDictation(sheet: Sheet, preview: () => Promise<void>) {
  const set = sheet.resource.lines?.find((one) => itemFields(one))
  const possible = computed(
    () =>
      set !== undefined && spokenKinds.includes(sheet.resource.name) && sheet.editable.value && !sheet.modifying.value,
  )
  const busy = ref(false)
  const party = sheet.resource.fields.find((one) => one.ref === 'base.party')?.name ?? ''
  const told = computed(() => sheet.rec.value.$spoken as Told | undefined)
  const doubts = computed(() => (set ? marked(sheet.rec.value, set.name, sheet.edits) : []))
  /** Money that the text named, as long as nobody looked at it. */
  const taken = computed(() => marked(sheet.rec.value, 'money', sheet.edits)[0]?.row ?? null)
  const doubt = computed(() => {
    const mark = told.value?.party
    const at = sheet.rec.value.$spokenAt as number | undefined
    return mark && (sheet.edits.get(party) ?? 0) <= (at ?? 0) ? mark : null
  })

  /** Words that nobody understood, as long as nobody said what becomes of them. */
  const unread = computed(() => told.value?.note ?? '')
  /** How much of what was said waits for somebody to look at it. */
  const open = computed(
    () => doubts.value.length + (doubt.value ? 1 : 0) + (taken.value ? 1 : 0) + (unread.value ? 1 : 0),
  )
  const mayNote = sheet.resource.fields.some((one) => one.name === 'note' && writable(one))

  // What somebody typed over is no guess any more, also after the sheet was stored.
  watch([doubts, taken], () => {
    for (const name of set ? [set.name, 'money'] : []) {
      for (const row of rowsOf(sheet.rec.value, name)) {
        const mark = row.$guess as Mark | undefined
        const cells = guessedIn(name, row, sheet.edits)
        if (mark && cells.length < mark.cells.length) row.$guess = cells.length ? { ...mark, cells } : undefined
      }
    }
  })
  watch(doubt, (now) => {
    if (!now && told.value?.party) sheet.rec.value.$spoken = { ...told.value, party: null }
  })

  /** What is open, to be kept beside the sheet when it is put aside; null for nothing. */
  const kept = (): KeptMarks | null =>
    set && open.value ? keptMarks(set.name, sheet.rec.value, sheet.edits, doubt.value) : null

  /** Marks the draft on the page as it was when it was put aside. */
  function restore(): void {
    const { rec, id } = sheet
    if (!set || id === null || !possible.value || open.value || rec.value.state !== sheet.resource.states?.[0]?.name)
      return
    const marks = local.get<KeptMarks | null>(keptAt(sheet.resource.name, id), null)
    if (marks) takeMarks(set.name, rec.value, marks, sheet.counter())
  }
  watch(
    () => JSON.stringify(kept()),
    (text) => {
      if (sheet.id !== null && possible.value) {
        keepMarks(sheet.resource.name, sheet.id, JSON.parse(text) as KeptMarks | null)
      }
    },
  )

  /** Reads a text into the sheet, after the lines that are there. False when nothing came of it. */
  async function read(text: string): Promise<boolean> {
    if (!set || !text.trim()) return false
    busy.value = true
    try {
      const { kind, party: whom, warehouse } = about(sheet)
      const body = { kind, text, ...(whom ? { party: whom } : {}), ...(warehouse ? { warehouse } : {}) }
      const { data } = await ask<Spoken>('POST', '/api/v1/counter/dictation', { body })
      await fill(data)
      await nextTick()
      if (!data.lines.length) note(t('dictate.nothing'))
      return true
    } catch (error) {
      complain(error)
      return false
    } finally {
      busy.value = false
    }
  }

  async function fill(said: Spoken): Promise<void> {
    let mark: Mark | null = null
    if (said.party && party && !sheet.rec.value[party]) {
      sheet.setField(party, said.party.id, said.party.label)
      if (!said.party.sure) mark = markOf(said.party.said, [party], said.party.others)
    }
    const money = mayTake(sheet.resource.name) ? takeIn(said.received) : false
    const words = [unread.value, said.note].filter(Boolean).join('；')
    sheet.rec.value.$spoken = { ...said, note: words, party: mark, lines: undefined, taken: money }
    sheet.rec.value.$spokenAt = sheet.counter()
    if (said.lines.length) await add(said)
  }

  /** Puts what was received into the till; false where something stands there already or nobody may type. */
  function takeIn(received: string | null): boolean {
    if (!sheet.fillable('money')) return false
    const money = spokenMoney(rowsOf(sheet.rec.value, 'money'), received)
    if (!money) return false
    sheet.fill('money', 0, [money])
    rowsOf(sheet.rec.value, 'money')[0]!.$guessAt = sheet.counter()
    return true
  }

  /** What was said to be received was not. */
  function notTaken(row: Row): void {
    sheet.removeRow('money', rowsOf(sheet.rec.value, 'money').indexOf(row))
    sheet.rec.value.$spoken = { ...told.value, taken: false, received: null }
    sheet.storeDraft()
  }

  async function add(said: Spoken): Promise<void> {
    const name = set!.name
    const from = rowsOf(sheet.rec.value, name).findLastIndex((row) => !isBlank(name, row, sheet.edits)) + 1
    sheet.fill(name, from, spokenBlock(set!, said.lines))
    const rows = rowsOf(sheet.rec.value, name).slice(from, from + said.lines.length)
    for (const row of rows) if (row.$guess) row.$guessAt = sheet.counter()
    // Prices are offered for the items' own units and follow when another is chosen.
    const others = said.lines.flatMap((one, i) => (packed(one) && one.price === null ? [{ one, row: rows[i]! }] : []))
    if (!others.length || !set!.fields.some((one) => one.name === 'unit' && writable(one))) return
    await preview()
    for (const { one, row } of others) {
      sheet.setCell(name, row.$key, 'unit', one.unit.id, one.unit.label)
      if (row.$guess) row.$guessAt = sheet.counter()
    }
  }

  /** Another item is meant. */
  function choose(row: Row, to: Choice): void {
    sheet.setCell(set!.name, row.$key, itemFields(set!)!.item.name, to.id, to.label)
  }

  /** What was guessed is right. */
  function right(row: Row): void {
    row.$guess = undefined
    sheet.storeDraft()
  }

  /** Words that were not understood are kept as a note, or are not needed. */
  function noted(wanted: boolean): void {
    if (wanted) sheet.setField('note', [sheet.rec.value.note, unread.value].filter(Boolean).join('；'))
    sheet.rec.value.$spoken = { ...told.value, note: '' }
    sheet.storeDraft()
  }

  function choosePartner(to: Choice): void {
    sheet.setField(party, to.id, to.label)
  }

  function partnerRight(): void {
    sheet.rec.value.$spoken = { ...told.value, party: null }
    sheet.storeDraft()
  }

  return {
    set,
    party,
    possible,
    busy,
    told,
    doubts,
    doubt,
    taken,
    unread,
    open,
    mayNote,
    noted,
    kept,
    restore,
    read,
    choose,
    right,
    notTaken,
    choosePartner,
    partnerRight,
  }
}
