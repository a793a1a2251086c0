import type { Fact } from '@/api/contract'

/** Of the facts about a posted sheet the items whose stock is below zero now, as the server says: row and quantity. */
export function shortOf(facts: Fact[]): { row: number; left: string }[] {
  return facts.flatMap((one) => {
    const at = /^\/lines\/(\d+)\/item$/.exec(one.pointer ?? '')
    return at && one.kind === 'quantity' && one.value.startsWith('-')
      ? [{ row: Number(at[1]) + 1, left: one.value }]
      : []
  })
}
