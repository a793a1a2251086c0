import { ref } from 'vue'
import type { components } from '@/api/schema'

export type Design = components['schemas']['print.design']
export type Part = 'head' | 'columns' | 'foot'

/** A field or a column of a design; columns have a width, fields a span. */
export interface Entry {
  name: string
  on: boolean
  label: string
  always: boolean
  text?: string
  span?: number
  bold?: boolean
  size?: number
  width?: number
  shrink?: boolean
  own?: boolean
}

/** What is being dragged, across the lists of a page. */
export const drag = ref<{ part: Part; entry: Entry }>()

/** Puts an entry before another one of a part, or behind the last that is printed. */
export function put(design: Record<Part, Entry[]>, to: Part, from: Part, entry: Entry, before?: Entry): void {
  const source = design[from]
  const at = source.indexOf(entry)
  if (at >= 0) source.splice(at, 1)
  const list = design[to]
  if (before) list.splice(list.indexOf(before), 0, entry)
  else {
    const last = list.findLastIndex((one) => one.on)
    list.splice(last + 1, 0, entry)
  }
}
