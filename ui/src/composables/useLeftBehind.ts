import { onBeforeUnmount } from 'vue'
import { local, tab } from '@/lib/storage'
import { uuid } from '@/lib/uuid'
import type { StoredDraft } from './useSheet'

// A sheet that was being written when the browser was closed or the machine went down. The tab's own storage dies with the
// tab, so the newest unsaved sheet of each kind and person is kept on this machine as well, until it is saved or discarded.

interface Left extends StoredDraft {
  tab: string
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

export function useLeftBehind(key: string, writing: () => boolean) {
  const mine = tabName()
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
    if (draft) local.set(key, { ...draft, tab: mine } satisfies Left)
    else if (local.get<Left | null>(key, null)?.tab === mine) local.set(key, null)
  }

  /** What nobody writes any more; null when there is nothing, or another tab still has it. */
  async function find(): Promise<StoredDraft | null> {
    const left = local.get<Left | null>(key, null)
    if (!left || left.tab === mine || !channel) return null
    const taken = await new Promise<boolean>((resolve) => {
      answered = () => resolve(true)
      setTimeout(() => resolve(false), patience)
      say(channel, 'who')
    })
    if (taken) return null
    keep(left)
    return left
  }

  return { keep, find }
}
