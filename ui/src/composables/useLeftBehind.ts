import { onBeforeUnmount } from 'vue'
import { local, tab } from '@/lib/storage'
import { uuid } from '@/lib/uuid'
import type { StoredDraft } from './useSheet'

// A sheet that was being written when the browser was closed or the machine went down. The tab's own storage dies with the
// tab, so the newest unsaved sheet of each kind and person is kept on this machine as well, until it is saved or discarded.

interface Left extends StoredDraft {
  tab: string
  /** It has just become a draft, and the page is not yet at the draft's address. */
  moving: boolean
}

/** How long another tab has to say that it is still writing the sheet. */
const patience = 200

function tabName(): string {
  const known = tab.get('tab', '')
  if (known) return known
  const name = uuid()
  tab.set('tab', name)
  return name
}

function say(channel: BroadcastChannel, word: 'who' | 'here'): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel reaches this origin only
  channel.postMessage(word)
}

/** How many sheets are put aside at most: the oldest goes. */
const shelf = 5

export function useLeftBehind(key: string, writing: () => boolean) {
  const asideKey = `${key}:aside`
  const mine = tabName()
  let moving = false
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(`zg:${key}`)
  let answered: () => void = () => {}
  if (channel) {
    channel.addEventListener('message', (event: MessageEvent<string>) => {
      if (event.data === 'here') answered()
      else if (event.data === 'who' && writing()) say(channel, 'here')
    })
    onBeforeUnmount(() => channel.close())
  }

  function keep(draft: StoredDraft | null): void {
    if (draft) local.set(key, { ...draft, tab: mine, moving } satisfies Left)
    else if (local.get<Left | null>(key, null)?.tab === mine) local.set(key, null)
  }

  /** The sheet became a draft by itself: until the page has its address, a reload leads to it. */
  async function move(draft: StoredDraft | null, go: () => unknown): Promise<void> {
    moving = draft !== null
    keep(draft)
    await go()
    moving = false
    const left = local.get<Left | null>(key, null)
    if (left?.tab === mine && left.moving) keep(left)
  }

  /** What another tab kept and nobody writes any more. `taken` when a tab still does. */
  async function orphan(): Promise<StoredDraft | 'taken' | null> {
    const left = local.get<Left | null>(key, null)
    if (left?.tab === mine && left.moving) return left
    if (!left || left.tab === mine || !channel) return null
    const taken = await new Promise<boolean>((resolve) => {
      answered = () => resolve(true)
      setTimeout(() => resolve(false), patience)
      say(channel, 'who')
    })
    return taken ? 'taken' : left
  }

  /** What nobody writes any more, then what was put aside; null when there is nothing, or another tab still has it. */
  async function find(): Promise<StoredDraft | null> {
    const left = await orphan()
    if (left === 'taken') return null
    const aside = local.get<StoredDraft[]>(asideKey, [])
    const found = left ?? aside.pop() ?? null
    if (found && !left) local.set(asideKey, aside.length ? aside : null)
    if (found) keep(found)
    return found
  }

  /** A sheet begins with something else: what was left, and what this tab had itself, waits for the next empty sheet. */
  async function putAside(own: StoredDraft | null): Promise<void> {
    const left = await orphan()
    const more = [left, own].filter((one) => one !== null && one !== 'taken')
    if (!more.length) return
    local.set(asideKey, [...local.get<StoredDraft[]>(asideKey, []), ...more].slice(-shelf))
    if (left && left !== 'taken') local.set(key, null)
  }

  return { keep, move, find, putAside }
}
