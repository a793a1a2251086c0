import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { ask, get } from '@/api/client'
import type { Meta, Resource, Session } from '@/api/contract'
import { machineToday, useZone } from '@/lib/dates'
import { uuid } from '@/lib/uuid'
import type { Lang } from '@/i18n'
import { usePrefs } from './prefs'

/** Who is signed in, and the description of everything this person may see. */
export const useSession = defineStore('session', () => {
  const session = ref<Session | null>(null)
  const meta = shallowRef<Meta | null>(null)
  const waiting = ref(0)
  const unread = ref(0)

  const today = computed(() => meta.value?.company.today ?? machineToday())

  async function load(): Promise<Session> {
    session.value ??= await get<Session>('/api/v1/session')
    return session.value
  }

  async function accept(next: Session): Promise<void> {
    session.value = next
    meta.value = null
    const wanted = next.user?.lang
    const prefs = usePrefs()
    if (wanted !== 'zh' && wanted !== 'en') return
    const picked = prefs.picked
    prefs.picked = false
    if (wanted === prefs.lang) return
    // Who has just asked for a language at the door goes on in it, here and wherever he comes in next.
    if (picked)
      await useLang(prefs.lang).catch(() => undefined) // is only a preference, and can be set again
    else await prefs.use(wanted)
  }

  async function loadMeta(again = false): Promise<Meta> {
    if (again || !meta.value) {
      const next = await get<Meta>('/api/v1/meta')
      useZone(next.company.zone)
      meta.value = next
    }
    return meta.value
  }

  async function loadWaiting(): Promise<void> {
    try {
      const data = await get<{ items: unknown[] | null; total?: number }>('/api/v1/inbox', { count: 'true' })
      waiting.value = data.total ?? data.items?.length ?? 0
    } catch {
      waiting.value = 0
    }
  }

  async function logout(): Promise<void> {
    await ask('DELETE', '/api/v1/session', { key: uuid() })
    forget()
  }

  /** The session is gone; the next page asks who is there. */
  function forget(): void {
    session.value = null
    meta.value = null
  }

  async function useLang(lang: Lang): Promise<void> {
    await usePrefs().use(lang)
    if (!session.value?.user) return
    await ask('PUT', '/api/v1/session/lang', { body: { lang }, key: uuid() })
    session.value.user.lang = lang
    if (meta.value) await loadMeta(true)
  }

  /** The description of a kind of record, or undefined when this person has no part in it. */
  function resource(name: string | undefined): Resource | undefined {
    return name ? meta.value?.resources[name] : undefined
  }

  /** Whether this person may do something: with records of a kind, or with the settings and the program itself. */
  function can(name: string, verb: string): boolean {
    return resource(name)?.can?.includes(verb) ?? meta.value?.user.permissions?.includes(`${name}:${verb}`) ?? false
  }

  return {
    session,
    meta,
    waiting,
    unread,
    today,
    load,
    accept,
    loadMeta,
    loadWaiting,
    logout,
    forget,
    useLang,
    resource,
    can,
  }
})
