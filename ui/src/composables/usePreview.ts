import { onBeforeUnmount, ref } from 'vue'
import { ApiError, ask, isAbort } from '@/api/client'
import type { Preview } from '@/api/contract'
import { pathToPointer } from '@/lib/sheet'
import type { Sheet } from './useSheet'

const pause = 250
const patience = 4000

/**
 * Asks the server what it makes of the draft, shortly after typing pauses. A newer question drops the older
 * one; values typed meanwhile stay.
 */
export function usePreview(sheet: Sheet) {
  const busy = ref(false)
  let timer = 0
  let running: AbortController | null = null
  // What changed and was not answered for yet: choices each in their turn, for much may follow from each; of all else the
  // last is enough.
  let queue: string[] = []
  let latest: Promise<void> = Promise.resolve()

  function isChoice(path: string): boolean {
    const found = /^(?:(.+)#\d+\/)?(.+)$/.exec(path)
    const fields = found?.[1]
      ? sheet.resource.lines?.find((set) => set.name === found[1])?.fields
      : sheet.resource.fields
    return ['ref', 'enum', 'bool', 'date'].includes(fields?.find((one) => one.name === found?.[2])?.kind ?? '')
  }

  /** Asks at once. Who waits for it gets the answer to what stands there now, even if a newer question took its place. */
  function now(): Promise<void> {
    latest = question()
    return latest
  }

  async function question(): Promise<void> {
    clearTimeout(timer)
    // Of what may not be changed as it stands only the facts are asked for.
    const looking = !sheet.editable.value
    if (!sheet.resource.preview || (looking && !(sheet.id !== null && sheet.resource.can?.includes('update')))) return
    running?.abort()
    const mine = (running = new AbortController())
    const asked = queue[0] ?? ''
    const sentAt = sheet.counter()
    const [record, keys] = sheet.body()
    busy.value = true
    try {
      const body = { id: sheet.id, record, changed: pathToPointer(asked, keys) }
      const { data } = await ask<Preview>('POST', `${sheet.resource.path}/preview`, { body, signal: mine.signal })
      if (mine.signal.aborted) return running === mine ? undefined : latest
      queue = queue.filter((one) => one !== asked || (sheet.edits.get(one) ?? 0) > sentAt)
      if (looking) sheet.tell(data.facts ?? [], keys)
      else sheet.accept(data, keys, sentAt, asked)
      if (queue.length) return await now()
    } catch (error) {
      if (isAbort(error)) return running === mine ? undefined : latest
      // A draft the server cannot read yet is told at its cells; an unreachable server is told on saving.
      if (error instanceof ApiError && error.problem.errors) sheet.refuse(error.problem.errors, keys)
    } finally {
      if (running === mine) busy.value = false
    }
  }

  function later(changed: string) {
    const before = queue.filter((one) => one !== changed)
    queue = [...before.filter(isChoice), changed]
    clearTimeout(timer)
    timer = window.setTimeout(now, pause)
  }

  /** Waits until what was chosen last has had its say, as long as an answer may take; typing alone needs no answer. */
  async function settled(): Promise<void> {
    if (!queue.some(isChoice)) return
    let timeout = 0
    const enough = new Promise<void>((done) => (timeout = window.setTimeout(done, patience)))
    await Promise.race([now(), enough])
    clearTimeout(timeout)
  }

  function stop() {
    clearTimeout(timer)
    running?.abort()
  }

  sheet.onChange(later)
  onBeforeUnmount(stop)
  return { busy, now, settled, stop }
}
