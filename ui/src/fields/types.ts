import type { Component } from 'vue'
import type { Field } from '@/api/contract'
import type { Filter } from '@/lib/filters'

/** What every input gets. `dense` stands for a cell of a grid. */
export interface InputProps {
  field: Field
  modelValue: unknown
  /** The words of a reference, as the server gave them. */
  label?: string
  id?: string
  invalid?: boolean
  dense?: boolean
}

/** What every input tells: the new value with its words, and that the cursor may go on. */
export interface InputEmits {
  'update:modelValue': [value: unknown, label?: string]
  enter: []
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
