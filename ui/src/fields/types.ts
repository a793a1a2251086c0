import type { Component } from 'vue'
import type { Field, LookupItem } from '@/api/contract'
import type { Offer } from '@/composables/useItemUnits'
import type { Filter } from '@/lib/filters'

export type Beside = NonNullable<LookupItem['beside']>[number]

/** What every input gets. `dense` stands for a cell of a grid. */
export interface InputProps {
  field: Field
  modelValue: unknown
  /** The words of a reference, as the server gave them. */
  label?: string
  id?: string
  invalid?: boolean
  dense?: boolean
  /** What a look-up offers here instead of everything. */
  offer?: Offer
}

/** What every input tells: the new value with its words, and that the cursor may go on. */
export interface InputEmits {
  'update:modelValue': [value: unknown, label?: string]
  enter: []
  /** What a scanned code says of fields beside this one. */
  beside: [list: Beside[]]
}

/** What every cell gets. `zeroDash`: zero is shown as "-", as in reports. */
export interface CellProps {
  field: Field
  value: unknown
  label?: string
  zeroDash?: boolean
}

export interface FilterProps {
  field: Field
  filters: Filter[]
}

export interface FilterEmits {
  change: [filters: Filter[]]
}

export interface FieldKit {
  Cell: Component
  Input: Component
  Filter: Component
}
