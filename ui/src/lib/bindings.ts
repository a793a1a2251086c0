import type { Field, Rec } from '@/api/contract'
import { isEmpty } from './values'

/** A place of an item that a barcode can be put to: the item itself (line null) or one of its other units. */
export interface Binding {
  line: number | null
  unit: string
  /** The code that stands there now, "" for none. Packages that bear it are not found any more once it is replaced. */
  old: string
}

export function bindingsOf(item: Rec): Binding[] {
  const units = ((item.units as Rec[] | undefined) ?? []).map((line) => ({
    line: Number(line.id),
    unit: String(line.$labels?.unit ?? ''),
    old: String(line.barcode ?? ''),
  }))
  return [{ line: null, unit: String(item.$labels?.unit ?? ''), old: String(item.barcode ?? '') }, ...units]
}

/** Nothing is lost and nothing else can be meant. */
export const isPlain = (places: Binding[]): boolean => places.length === 1 && places[0]!.old === ''

/** What is sent to put a code to a place; the other units go along as they are. */
export function bindBody(item: Rec, at: Binding, code: string, unitFields: Field[]): Rec {
  if (at.line === null) return { barcode: code }
  const lines = ((item.units as Rec[] | undefined) ?? []).map((line) => {
    const kept: Rec = { id: line.id }
    for (const field of unitFields) {
      if (!field.readonly && !field.computed && !isEmpty(line[field.name])) kept[field.name] = line[field.name]
    }
    return Number(line.id) === at.line ? { ...kept, barcode: code } : kept
  })
  return { units: lines }
}
