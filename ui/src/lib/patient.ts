// Asking many times in a row: who asks faster than the server lets him waits as long as it says, and asks again.

import { ApiError } from '@/api/client'

export interface Patience {
  /** Asked before each try and each second of a wait; true ends it. */
  stopped: () => boolean
  /** Told how many seconds are left to wait, 0 when it goes on. */
  waits?: (seconds: number) => void
  /** One second; tests make it shorter. */
  second?: () => Promise<void>
}

const shortest = 1
const longest = 120

/** How many seconds to wait before asking again; 0 when a refusal is for good. */
export function pause(error: unknown): number {
  if (!(error instanceof ApiError) || (error.status !== 429 && error.status !== 503)) return 0
  const said = error.problem.retry_after ?? 0
  if (error.status === 503 && !said) return 0
  return Math.min(Math.max(Math.ceil(said), shortest), longest)
}

/** The answer, however often one has to wait for it; undefined when it was stopped before there was one. */
export async function patiently<T>(work: () => Promise<T>, how: Patience): Promise<T | undefined> {
  const second = how.second ?? (() => new Promise<void>((done) => setTimeout(done, 1000)))
  while (!how.stopped()) {
    try {
      return await work()
    } catch (error) {
      const seconds = pause(error)
      if (!seconds) throw error
      for (let left = seconds; left > 0 && !how.stopped(); left--) {
        how.waits?.(left)
        await second()
      }
      how.waits?.(0)
    }
  }
  return undefined
}
