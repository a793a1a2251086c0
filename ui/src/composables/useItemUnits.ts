import { get } from '@/api/client'
import type { Field, LookupItem, Rec } from '@/api/contract'
import { formatFigure } from '@/lib/decimal'
import { useSession } from '@/stores/session'

/**
 * What a look-up of a field offers instead of all records of its kind. An open one only finds them in a better way: what is
 * not among its answers may be made.
 */
export type Offer = ((q: string) => Promise<LookupItem[]>) & { open?: boolean }

/** The units that lines of an item may be written in: its own first, the others with what they hold. */
export function unitsOf(item: Rec): LookupItem[] {
  const one = (id: unknown, label: unknown, fact?: string): LookupItem[] =>
    id
      ? [
          {
            id: Number(id),
            label: String(label ?? id),
            code: '',
            facts: fact ? [{ label: '=', value: fact, kind: 'text' }] : [],
          },
        ]
      : []
  const own = String(item.$labels?.unit ?? '')
  const others = ((item.units as Rec[] | undefined) ?? []).flatMap((line) =>
    one(line.unit, line.$labels?.unit, `${formatFigure(String(line.ratio), 'quantity')} ${own}`),
  )
  return [...one(item.unit, own), ...others]
}

/**
 * The unit of a line is one of its item's. An item is read once while the form is open; where that fails (no right to see
 * items), all units are offered and the server judges.
 */
export function useItemUnits() {
  const store = useSession()
  const read = new Map<number, Promise<LookupItem[]>>()

  function units(item: number): Promise<LookupItem[]> {
    const path = store.resource('base.item')?.path
    if (!path) return Promise.reject(new Error('no items'))
    const known = read.get(item) ?? get<Rec>(`${path}/${item}`).then(unitsOf)
    read.set(item, known)
    known.catch(() => read.delete(item))
    return known
  }

  /** The offer of a cell, nothing for what is looked up as usual. */
  function offerOf(field: Field, row: Rec): Offer | undefined {
    if (field.ref !== 'base.unit' || field.name !== 'unit' || !row.item) return undefined
    return async (q) => {
      const all = await units(Number(row.item))
      const text = q.toLowerCase()
      return text ? all.filter((one) => one.label.toLowerCase().includes(text)) : all
    }
  }

  return { offerOf }
}
