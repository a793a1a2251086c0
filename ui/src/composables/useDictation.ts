import { computed, nextTick, ref } from 'vue'
import { ask } from '@/api/client'
import {
  marked,
  markOf,
  packed,
  spokenBlock,
  spokenMoney,
  type Choice,
  type Mark,
  type Spoken,
  type Told,
} from '@/lib/dictation'
import { complain, note } from '@/lib/notify'
import { itemFields } from '@/lib/pick'
import { isBlank, rowsOf, type Row } from '@/lib/sheet'
import { t } from '@/i18n'
import { writable } from '@/lib/values'
import { about } from './useItemPick'
import { mayTake } from './usePurse'
import type { Sheet } from './useSheet'

/** The kinds of sheets that a text can fill. */
export const spokenKinds = ['stock.delivery', 'stock.receipt', 'sales.order', 'purchasing.order', 'sales.quotation']

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
    if (said.note && sheet.resource.fields.some((one) => one.name === 'note')) {
      sheet.setField('note', [sheet.rec.value.note, said.note].filter(Boolean).join('；'))
    }
    const money = mayTake(sheet.resource.name) ? takeIn(said.received) : false
    sheet.rec.value.$spoken = { ...said, party: mark, lines: undefined, taken: money }
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
    for (const { one, row } of others) sheet.setCell(name, row.$key, 'unit', one.unit.id, one.unit.label)
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
    read,
    choose,
    right,
    notTaken,
    choosePartner,
    partnerRight,
  }
}
