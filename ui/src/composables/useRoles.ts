import { onMounted, ref } from 'vue'
import { get } from '@/api/client'
import type { Option, Rec } from '@/api/contract'
import { lang } from '@/i18n'
import { useSession } from '@/stores/session'

/** The roles that can be named in a flow: the kind of record "role" where there is one, else those that users have. */
export function useRoles() {
  const store = useSession()
  const roles = ref<Option[]>([])

  onMounted(async () => {
    const own = store.resource('base.role')
    const users = store.resource('base.user')
    const path = (own ?? users)?.path
    if (!path) return
    const page = await get<{ items: Rec[] | null }>(path, { limit: 500 }).catch(() => ({ items: [] }))
    const rows = page.items ?? []
    roles.value = own ? rows.map(named) : codes(rows)
  })

  function named(row: Rec): Option {
    const label = (lang() === 'en' && row.name_en) || row.name
    return { value: String(row[store.resource('base.role')?.natural_key ?? 'code']), label: String(label) }
  }

  return { roles }
}

function codes(users: Rec[]): Option[] {
  const all = users.flatMap((row) => String(row.roles ?? '').split(','))
  return [...new Set(all)]
    .filter(Boolean)
    .toSorted()
    .map((value) => ({ value, label: value }))
}
