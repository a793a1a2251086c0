import { get } from '@/api/client'
import type { LookupItem } from '@/api/contract'
import { useSession } from '@/stores/session'

/** Asks the look-up of a kind of record. Answers are empty when this person has no part in it. */
export function useLookup(name: () => string) {
  const store = useSession()
  let running: AbortController | null = null

  async function fetchItems(query: Record<string, string | number>, signal?: AbortSignal): Promise<LookupItem[]> {
    const resource = store.resource(name())
    if (!resource) return []
    const data = await get<{ items: LookupItem[] | null }>(`${resource.path}/lookup`, query, signal)
    return data.items ?? []
  }

  /** The best ten for what was typed; an older question still running is dropped. */
  async function find(q: string, limit = 10): Promise<LookupItem[]> {
    running?.abort()
    running = new AbortController()
    return fetchItems({ q, limit }, running.signal)
  }

  /** The words for known ids; nothing when the look-up fails, for then the id is shown. */
  async function byIds(ids: number[]): Promise<LookupItem[]> {
    if (ids.length === 0) return []
    return fetchItems({ ids: ids.join(','), limit: ids.length }).catch(() => [])
  }

  return { find, byIds }
}
