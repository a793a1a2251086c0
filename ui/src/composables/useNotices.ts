import { onBeforeUnmount, onMounted } from 'vue'
import { companyUrl } from '@/lib/base'
import { useSession } from '@/stores/session'

/** Keeps the number of unread notices up to date while the page is looked at: one stream for each visible window. */
export function useNotices() {
  const store = useSession()
  let events: EventSource | null = null

  function follow() {
    stop()
    if (document.hidden || typeof EventSource === 'undefined') return
    events = new EventSource(companyUrl('/api/v1/notices/events'))
    events.addEventListener('unread', (event) => {
      store.unread = (JSON.parse((event as MessageEvent<string>).data) as { unread: number }).unread
    })
  }

  function stop() {
    events?.close()
    events = null
  }

  onMounted(() => {
    follow()
    document.addEventListener('visibilitychange', follow)
  })
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', follow)
    stop()
  })
}
