import { ref } from 'vue'
import { get } from '@/api/client'
import type { LookupItem, Rec } from '@/api/contract'
import type { ItemAnswer } from '@/api/counter'
import { many, t } from '@/i18n'
import { note } from '@/lib/notify'
import { bestMatch, planPaste, type PastePlan } from '@/lib/paste'
import { parseTsv } from '@/lib/tsv'
import { readText } from '@/lib/values'
import { useSession } from '@/stores/session'
import { about } from './useItemPick'
import { useLookup } from './useLookup'
import type { Sheet } from './useSheet'
import type { LineSet } from '@/api/contract'

const atOnce = 6

/** Pastes cells copied from a spreadsheet into lines; names of items and the like are looked up. */
export function usePaste(sheet: Sheet, set: () => LineSet) {
  const store = useSession()
  const busy = ref(false)

  /** The item that the party of the sheet calls so, or the only one that has all the words. */
  async function theirs(text: string): Promise<LookupItem | undefined> {
    const query = { q: text, limit: 5, ...about(sheet) }
    const answer = await get<ItemAnswer>('/api/v1/counter/items', query).catch(() => null)
    const row = bestMatch(text, answer?.items.map((one) => ({ ...one, label: one.name, code: one.theirs })) ?? [])
    return row && { id: row.id, label: row.name, code: row.code, facts: [] }
  }

  async function lookUp(plan: PastePlan): Promise<Map<string, LookupItem>> {
    const wanted = new Map<string, [string, string]>()
    plan.fields.forEach((field, col) => {
      if (field?.kind !== 'ref' || !field.ref) return
      for (const row of plan.rows) {
        const text = row[col]?.trim()
        if (text) wanted.set(`${field.ref}\n${text}`, [field.ref, text])
      }
    })
    const found = new Map<string, LookupItem>()
    const queue = [...wanted]
    const worker = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [key, [ref, text]] = next
        const items = await useLookup(() => ref)
          .find(text)
          .catch(() => [])
        const item = bestMatch(text, items) ?? (ref === 'base.item' ? await theirs(text) : undefined)
        if (item) found.set(key, item)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    return found
  }

  /** Fills from the row and column of the cursor; tells which texts found no place. */
  async function paste(text: string, row: number, col: number): Promise<void> {
    const plan = planPaste(parseTsv(text), set().fields, col)
    const lost = new Set<string>()
    busy.value = true
    try {
      const found = await lookUp(plan)
      const block = plan.rows.map((cells) => {
        const values: Rec = { $labels: {} }
        plan.fields.forEach((field, i) => {
          const cell = cells[i]?.trim() ?? ''
          if (!field || cell === '') return
          const item = found.get(`${field.ref}\n${cell}`)
          const value = field.kind === 'ref' ? item?.id : readText(cell, field, store.today)
          if (value === undefined) lost.add(cell)
          else values[field.name] = value
          if (item) values.$labels![field.name] = item.label
          for (const one of item?.beside ?? []) {
            values[one.field] ??= one.id
            values.$labels![one.field] ??= one.label
          }
        })
        return values
      })
      sheet.fill(set().name, row, block)
      if (lost.size) note(t('grid.pasteLost', { list: [...lost].slice(0, 10).join('、'), ...many(lost.size) }))
    } finally {
      busy.value = false
    }
  }

  return { paste, busy }
}
