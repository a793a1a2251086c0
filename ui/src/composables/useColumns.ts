import { computed, ref, watch } from 'vue'
import type { Field } from '@/api/contract'
import { isFigure } from '@/lib/decimal'
import { local } from '@/lib/storage'

const byKind: Partial<Record<Field['kind'], number>> = {
  int: 80,
  amount: 112,
  price: 100,
  quantity: 88,
  rate: 72,
  date: 100,
  month: 84,
  instant: 140,
  bool: 64,
  enum: 96,
  ref: 168,
  longtext: 220,
}

/** Width in pixels a column starts with. */
export function columnWidth(field: Field): number {
  return field.width || byKind[field.kind] || 140
}

export function columnAlign(field: Field): 'num' | 'mid' | '' {
  return field.align === 'right' || isFigure(field.kind) ? 'num' : field.kind === 'bool' ? 'mid' : ''
}

interface Choice {
  names?: string[]
  widths?: Record<string, number>
}

/**
 * Which columns a list shows and how wide they are, remembered on this machine. While a saved view is open, what it names
 * counts instead, and what is changed then stays with the view.
 */
export function useColumns(
  key: string,
  all: () => Field[],
  shownAtFirst: (field: Field) => boolean,
  viewed: () => string[] | undefined = () => undefined,
) {
  const choice = ref<Choice>(local.get<Choice>(`cols:${key}`, {}))
  const changed = ref<string[]>()
  watch(viewed, () => (changed.value = undefined))
  const columns = computed(() => {
    const ofView = viewed()
    const chosen = ofView ? (changed.value ?? (ofView.length ? ofView : undefined)) : choice.value.names
    return all().filter((field) => (chosen ? chosen.includes(field.name) : shownAtFirst(field)))
  })

  function store(next: Choice) {
    choice.value = next
    local.set(`cols:${key}`, next)
  }

  function toggle(name: string) {
    const now = columns.value.map((field) => field.name)
    const next = now.includes(name) ? now.filter((one) => one !== name) : [...now, name]
    if (viewed()) changed.value = next
    else store({ ...choice.value, names: next })
  }

  function reset() {
    if (viewed()) changed.value = undefined
    else store({})
  }

  function width(field: Field): number {
    return choice.value.widths?.[field.name] ?? columnWidth(field)
  }

  /** Drags the border of a head; the width is remembered when the pointer lets go. */
  function drag(field: Field, event: PointerEvent) {
    event.preventDefault()
    const start = event.clientX - width(field)
    const move = (next: PointerEvent) => {
      const wide = Math.max(40, Math.round(next.clientX - start))
      choice.value = { ...choice.value, widths: { ...choice.value.widths, [field.name]: wide } }
    }
    const stop = () => {
      removeEventListener('pointermove', move)
      removeEventListener('pointerup', stop)
      store(choice.value)
    }
    addEventListener('pointermove', move)
    addEventListener('pointerup', stop)
  }

  return { columns, toggle, reset, width, drag }
}
