import type { Field } from '@/api/contract'
import { writable } from './values'

export interface PastePlan {
  /** For each column of the block the field it goes to, or null when it has no place. */
  fields: (Field | null)[]
  rows: string[][]
}

/**
 * Where a pasted block goes. A first row made of column titles maps by title; otherwise the block runs over
 * the columns that can be typed into, from the one the cursor is in.
 */
export function planPaste(block: string[][], fields: Field[], start: number): PastePlan {
  const head = block[0] ?? []
  const title = (text: string) => fields.find((one) => one.label === text.trim() || one.name === text.trim())
  const named = head.filter((text) => text.trim() !== '')
  if (block.length > 1 && named.length > 1 && named.every((text) => title(text))) {
    const mapped = head.map((text) => title(text) ?? null)
    return { fields: mapped.map((one) => (one && writable(one) ? one : null)), rows: block.slice(1) }
  }
  const open = fields.slice(start).filter(writable)
  const width = Math.max(0, ...block.map((row) => row.length))
  return { fields: Array.from({ length: width }, (_, i) => open[i] ?? null), rows: block }
}

/** The one item a pasted text means: the same code or name, else the only answer. */
export function bestMatch<T extends { label: string; code?: string }>(text: string, items: T[]): T | undefined {
  const want = text.trim().toLowerCase()
  const same = items.filter((one) => one.code?.toLowerCase() === want || one.label.toLowerCase() === want)
  if (same.length > 0) return same[0]
  return items.length === 1 ? items[0] : undefined
}
