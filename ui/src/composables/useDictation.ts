import { computed, nextTick, ref } from 'vue'
import { ask } from '@/api/client'
import { marked, markOf, packed, spokenBlock, type Choice, type Mark, type Spoken, type Told } from '@/lib/dictation'
import { complain, note } from '@/lib/notify'
import { itemFields } from '@/lib/pick'
import { isBlank, rowsOf, type Row } from '@/lib/sheet'
import { t } from '@/i18n'
import { writable } from '@/lib/values'
import { about } from './useItemPick'
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
    sheet.rec.value.$spoken = { ...said, party: mark, lines: undefined }
    sheet.rec.value.$spokenAt = sheet.counter()
    const purse = sheet.resource.lines?.find((one) => one.name === 'money')
    if (said.received && purse) sheet.fill(purse.name, 0, [{ amount: said.received }])
    if (said.lines.length) await add(said)
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

  return { set, possible, busy, told, doubts, doubt, read, choose, right, choosePartner, partnerRight }
}
