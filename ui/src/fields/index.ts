import { defineAsyncComponent, type Component } from 'vue'
import type { Field, Kind, LineSet } from '@/api/contract'
import { itemFields } from '@/lib/pick'
import BoolCell from './bool/Cell.vue'
import BoolFilter from './bool/Filter.vue'
import BoolInput from './bool/Input.vue'
import PeriodFilter from './date/Filter.vue'
import DateInput from './date/Input.vue'
import DecimalCell from './decimal/Cell.vue'
import DecimalFilter from './decimal/Filter.vue'
import DecimalInput from './decimal/Input.vue'
import EnumCell from './enum/Cell.vue'
import EnumFilter from './enum/Filter.vue'
import EnumInput from './enum/Input.vue'
import InstantCell from './instant/Cell.vue'
import InstantInput from './instant/Input.vue'
import JsonCell from './json/Cell.vue'
import JsonInput from './json/Input.vue'
import LongtextInput from './longtext/Input.vue'
import MonthInput from './month/Input.vue'
import RefCell from './ref/Cell.vue'
import RefFilter from './ref/Filter.vue'
import RefInput from './ref/Input.vue'
import ItemInput from './ref/ItemInput.vue'
import TextCell from './text/Cell.vue'
import TextFilter from './text/Filter.vue'
import TextInput from './text/Input.vue'
import type { FieldKit } from './types'

const text: FieldKit = { Cell: TextCell, Input: TextInput, Filter: TextFilter }
const decimal: FieldKit = { Cell: DecimalCell, Input: DecimalInput, Filter: DecimalFilter }

/** One entry for each kind; a new kind is a new folder and a line here. */
const registry: Record<Kind, FieldKit> = {
  text,
  longtext: { ...text, Input: LongtextInput },
  int: decimal,
  amount: decimal,
  price: decimal,
  quantity: decimal,
  rate: decimal,
  date: { Cell: TextCell, Input: DateInput, Filter: PeriodFilter },
  month: { Cell: TextCell, Input: MonthInput, Filter: PeriodFilter },
  instant: { Cell: InstantCell, Input: InstantInput, Filter: PeriodFilter },
  bool: { Cell: BoolCell, Input: BoolInput, Filter: BoolFilter },
  enum: { Cell: EnumCell, Input: EnumInput, Filter: EnumFilter },
  ref: { Cell: RefCell, Input: RefInput, Filter: RefFilter },
  json: { Cell: JsonCell, Input: JsonInput, Filter: TextFilter },
}

/** The parts for a kind; an unknown kind is shown and typed as text. */
export function kit(kind: Kind): FieldKit {
  return registry[kind] ?? text
}

/** References that lines look up in a way of their own: with what decides between their records, and several at once. */
const looked: Record<string, Component> = { 'base.item': ItemInput }

/** The input of a line's field when it is such a look-up, which is told of the sheet too. */
export function lookedUp(field: Field, set: LineSet): Component | undefined {
  return field.kind === 'ref' && field === itemFields(set)?.item ? looked[field.ref ?? ''] : undefined
}

/** Lines that no grid of values shows well have a form of their own. */
const linesOf: Record<string, Component> = {
  'base.role/rights': defineAsyncComponent(() => import('@/components/RightsMatrix.vue')),
  'office.shared_file/versions': defineAsyncComponent(() => import('@/components/SharedVersions.vue')),
}

/** The form of a set of lines when it has one of its own. */
export function bespoke(resource: string, set: string): Component | undefined {
  return linesOf[`${resource}/${set}`]
}
