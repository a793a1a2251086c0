import type { Field } from '@/api/contract'
import { defaultOf, isEmpty, readText } from './values'

/** The parameters that are filled, as query of the report. */
export function toQuery(params: Field[], values: Record<string, unknown>): Record<string, string> {
  const query: Record<string, string> = {}
  for (const field of params) if (!isEmpty(values[field.name])) query[field.name] = String(values[field.name])
  return query
}

function fromText(text: string, field: Field, today: string): unknown {
  if (field.kind === 'ref') return Number(text) || undefined
  return readText(text, field, today)
}

/** Values of the parameters: from the address, else from the last time, else the default. */
export function readParams(
  params: Field[],
  address: Record<string, unknown>,
  last: Record<string, unknown>,
  today: string,
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const field of params) {
    const text = address[field.name]
    const given = typeof text === 'string' ? fromText(text, field, today) : undefined
    values[field.name] = given ?? last[field.name] ?? defaultOf(field, today)
  }
  return values
}
