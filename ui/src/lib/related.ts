import type { Meta, Rec, Resource } from '@/api/contract'

/** A kind of record that may be made from the page of another. */
export interface Offspring {
  resource: Resource
  to: string
}

/** Fields by which a record belongs to somebody say nothing of what it is about. */
const owners = new Set(['owner', 'department'])

/**
 * What may be made from a record: whatever refers to it by a field people fill in and filter by. A party that is no
 * supplier has the answer "no" in its own field of that name, and nothing is made for it by a field called supplier.
 */
export function offspring(meta: Meta, of: Resource, rec: Rec): Offspring[] {
  const out: Offspring[] = []
  for (const resource of Object.values(meta.resources)) {
    if (resource.kind === 'setup' || resource.name === of.name || !resource.can.includes('create')) continue
    const field = resource.fields.find(
      (one) =>
        one.ref === of.name &&
        one.kind === 'ref' &&
        one.filter &&
        !one.readonly &&
        !one.computed &&
        !owners.has(one.name) &&
        rec[one.name] !== false,
    )
    if (field) out.push({ resource, to: `/r/${resource.name}/new?${field.name}=${String(rec.id)}` })
  }
  const order = meta.create.map((one) => one.to.split('/')[2])
  const place = (one: Offspring) =>
    order.includes(one.resource.name) ? order.indexOf(one.resource.name) : order.length
  return out.toSorted((a, b) => place(a) - place(b))
}

/** Counting stops somewhere; from there on there are more than could be counted. */
export function counted(count: number): string {
  return count > 999 ? '999+' : String(count)
}
