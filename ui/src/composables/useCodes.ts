import { get } from '@/api/client'
import type { Rec } from '@/api/contract'
import { usePrefs } from '@/stores/prefs'
import { useSession } from '@/stores/session'

export interface Code {
  code: string
  label: string
}

const known = new Map<string, { at: number; rows: Promise<Rec[]> }>()

/** Every code of a kind of record with its name; empty when this person may not see them. */
export async function codesOf(name: string): Promise<Code[]> {
  const resource = useSession().resource(name)
  if (!resource) return []
  let got = known.get(name)
  if (!got || performance.now() - got.at > 5000) {
    const rows = get<{ items: Rec[] }>(resource.path, { limit: 500 }).then((page) => page.items)
    got = { at: performance.now(), rows: rows.catch(() => []) }
    known.set(name, got)
  }
  const english = usePrefs().lang === 'en'
  return (await got.rows).map((row) => ({
    code: String(row[resource.natural_key ?? 'code']),
    label: String((english && row.name_en) || row[resource.title ?? 'name']),
  }))
}

/** The codes in a text, each once. */
export function splitCodes(text: unknown): string[] {
  return [
    ...new Set(
      String(text ?? '')
        .split(/[,，、;； ]+/)
        .filter(Boolean),
    ),
  ]
}
