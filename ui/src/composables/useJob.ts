import { onBeforeUnmount, shallowRef } from 'vue'
import { ask, get } from '@/api/client'
import { companyUrl } from '@/lib/base'
import { complain } from '@/lib/notify'
import { uuid } from '@/lib/uuid'
import type { Job } from '@/api/contract'

/** True when nothing more will happen to a job. */
export function isOver(job: Job | null): boolean {
  return job !== null && ['done', 'failed', 'cancelled'].includes(job.state)
}

/** Follows a job by server events, and by asking every second where those do not come through. */
export function useJob(id: number, finished: (job: Job) => void) {
  const job = shallowRef<Job | null>(null)
  let events: EventSource | null = null
  let timer = 0
  let told = false
  /** A line that stays broken is told of once. */
  let broken = false

  function stop() {
    events?.close()
    events = null
    clearTimeout(timer)
  }

  function take(next: Job) {
    job.value = next
    if (!isOver(next) || told) return
    told = true
    stop()
    finished(next)
  }

  async function poll() {
    clearTimeout(timer)
    if (told) return
    try {
      take(await get<Job>(`/api/v1/jobs/${id}`))
      broken = false
    } catch (error) {
      if (!broken) complain(error)
      broken = true
    }
    if (!told) timer = window.setTimeout(poll, events ? 5000 : 1000)
  }

  function follow() {
    if (typeof EventSource !== 'undefined') {
      events = new EventSource(companyUrl(`/api/v1/jobs/${id}/events`))
      events.addEventListener('progress', (event) => {
        take({ ...job.value, ...(JSON.parse((event as MessageEvent<string>).data) as Job) })
      })
      events.addEventListener('error', () => {
        events?.close()
        events = null
      })
    }
    void poll()
  }

  async function cancel() {
    try {
      await ask('POST', `/api/v1/jobs/${id}/cancel`, { body: {}, key: uuid() })
      await poll()
    } catch (error) {
      complain(error)
    }
  }

  follow()
  onBeforeUnmount(stop)
  return { job, cancel }
}
