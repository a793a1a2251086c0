import type { Resource } from '@/api/contract'
import type { Filter } from './filters'

/** Whether sheets of this kind are taken back by others of the same kind (红冲), so that a list may hold red pairs. */
export function hasRed(of: Resource | undefined): boolean {
  return Boolean(
    of?.fields.some((one) => one.name === 'reverses' && one.filter) &&
    of.states?.some((one) => one.name === 'reversed'),
  )
}

/** What leaves red pairs out of a list: the sheet that was taken back and the one that took it back. Who asks for a state or for one of them gets what he asks for. */
export function withoutRed(of: Resource | undefined, asked: Filter[]): Filter[] {
  if (!hasRed(of) || asked.some((one) => one.field === 'state' || one.field === 'reverses')) return []
  return [
    { field: 'state', op: 'ne', value: 'reversed' },
    { field: 'reverses', op: 'empty', value: '1' },
  ]
}
