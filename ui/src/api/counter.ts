import type { Kind } from './contract'

// What the counter tells of items while a sheet is written.

export interface ItemRow {
  id: number
  code: string
  name: string
  spec: string
  model: string
  material: string
  brand: string
  unit: string
  /** The unit whose barcode was typed, where it is not the item's own. */
  pack: { id: number; label: string } | null
  /** The party's own code. */
  theirs: string
  /** In all warehouses; null for a service. */
  stock: string | null
  /** In the warehouse of the sheet; null without one. */
  here: string | null
  places: { warehouse: string; qty: string }[]
  last: { price: string; date: string; qty: string } | null
  usual: { times: number; qty: string } | null
  facts: { label: string; value: string; kind: Kind }[]
}

/** The party's last sheet, to be written once more. */
export interface LastSheet {
  resource: string
  id: number
  number: string
  date: string
  lines: { item: number; label: string; qty: string }[]
}

export interface ItemAnswer {
  items: ItemRow[]
  sheet: LastSheet | null
}
