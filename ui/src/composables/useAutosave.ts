import { onBeforeUnmount, ref } from 'vue'
import { ApiError } from '@/api/client'
import type { Rec } from '@/api/contract'
import { formatInstant } from '@/lib/dates'
import { isNamed } from '@/lib/layout'
import { isUnderWay } from '@/lib/sheet'
import type { Sheet } from './useSheet'

/** Milliseconds without typing after which a draft is saved. */
const quiet = 8000

interface Ways {
  /** Whether nothing else is being done with the record. */
  may: () => boolean
  /** Waits for what the server still has to say about what was chosen. */
  settled: () => Promise<void>
  /** Saves what differs, under a key of its own. */
  send: () => Promise<Rec>
  /** Told that all of it was stored. */
  stored: () => void
  /** Told the number of the draft that a new sheet became. */
  made: (id: number) => void
}

/**
 * Saves the draft of a document by itself: it must be sound, and nothing else be done with it. A new sheet becomes a draft as
 * soon as it is for somebody and has a line, if this person may delete it again. What is typed meanwhile stays unsaved until
 * the next time. Somebody else's change ends it: the person's own save tells of that.
 */
export function useAutosave(sheet: Sheet, ways: Ways) {
  const { resource, rec } = sheet
  /** The time of day at which the draft was saved by itself last. */
  const at = ref('')
  let timer = 0
  let over = false
  let running: Promise<void> = Promise.resolve()

  function sound(): boolean {
    const draft = resource.states?.[0]?.name
    const wrong = [...sheet.problems.value.values()].flat().some((one) => one.level !== 'warning')
    return (
      sheet.dirty.value &&
      sheet.editable.value &&
      !sheet.modifying.value &&
      (resource.states?.length ?? 0) > 1 &&
      (sheet.id === null ? begun() : rec.value.state === draft) &&
      !wrong &&
      ways.may()
    )
  }

  /** Whether a new sheet may become a draft, and is worth it. */
  function begun(): boolean {
    if (resource.kind !== 'document' || isNamed(resource)) return false
    const may = ['create', 'update', 'delete'].every((verb) => resource.can?.includes(verb))
    return may && isUnderWay(resource, rec.value, sheet.edits)
  }

  async function save(): Promise<void> {
    if (over || !sound()) return
    await ways.settled()
    if (over || !sound()) return
    const sentAt = sheet.counter()
    const [, keys] = sheet.body()
    try {
      const answer = await ways.send()
      const born = sheet.id === null
      if (born) {
        // Who left in the meantime has it among his drafts, unless something was typed that did not get there.
        if (over && sheet.counter() === sentAt) sheet.dropDraft()
        if (!over) sheet.grow(answer)
        ways.made(Number(answer.id))
      }
      if (over) return
      if (!sheet.stored(answer, keys, sentAt)) {
        // It is stored otherwise than it was sent: that is shown where nothing was typed since, and else told on saving.
        over = true
        if (answer.id && sheet.counter() === sentAt) sheet.start(answer, false)
        return
      }
      ways.stored()
      at.value = formatInstant(new Date().toISOString()).slice(11)
    } catch (error) {
      // What the server refuses it tells again when the person saves; a broken line is tried again after the next change.
      if (error instanceof ApiError && error.status === 409) over = true
    }
  }

  function now(): void {
    clearTimeout(timer)
    running = running.then(save)
  }

  const hidden = () => document.visibilityState === 'hidden' && now()

  if (resource.lines?.length) {
    sheet.onDraft((draft, typed) => {
      if (!draft || typed) clearTimeout(timer)
      if (draft && typed) timer = window.setTimeout(now, quiet)
    })
    document.addEventListener('visibilitychange', hidden)
  }
  onBeforeUnmount(() => {
    over = true
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', hidden)
  })

  return {
    at,
    /** Ends waiting: what is on its way is waited for. */
    done: () => (clearTimeout(timer), running),
    /** Saves at once what can be saved. */
    flush: () => (now(), running),
  }
}
