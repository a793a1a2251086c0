import { onMounted, onUnmounted } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { get } from '@/api/client'
import type { Sheet } from '@/api/centre'
import type { Rec } from '@/api/contract'
import { complain } from '@/lib/notify'
import { useSession } from '@/stores/session'
import { tellOutcome, useAction } from './useAction'

export const nameOf = (sheet: Sheet) => `${sheet.resource}:${sheet.id}`

/** What can be done with sheets in the centre: what their own pages do, without going there where nothing is to be typed. */
export function useSheetActs(reload: () => Promise<void>) {
  const { t } = useI18n()
  const router = useRouter()
  const store = useSession()
  const { pending, prepare, run } = useAction()

  const at = (sheet: Sheet) => `/r/${sheet.resource}/${sheet.id}`

  function open(sheet: Sheet, event?: MouseEvent | KeyboardEvent) {
    if (event?.ctrlKey || event?.metaKey) window.open(router.resolve(at(sheet)).href, '_blank', 'noopener')
    else void router.push(at(sheet))
  }

  function copy(sheet: Sheet) {
    void router.push(`/r/${sheet.resource}/new?from=${sheet.id}`)
  }

  /** A sheet is modified where it stands; anything else is asked for and done here. */
  async function act(sheet: Sheet, name: string) {
    if (name === 'modify') return void router.push(`${at(sheet)}?modify=1`)
    const of = store.resource(sheet.resource)
    const action = of?.actions?.find((one) => one.name === name)
    if (!of || !action) return
    try {
      const record = await get<Rec>(`${of.path}/${sheet.id}`)
      const input = await prepare(action, sheet.number || `${sheet.kind_label} ${sheet.party}`.trim())
      if (!input) return
      const { status, data } = await run(of.path, record, action, input)
      tellOutcome(action, status, data)
    } catch (error) {
      complain(error)
    }
    await reload()
  }

  /** The papers on which the first of some sheets is usually printed. */
  const papers = (sheets: Sheet[]) => store.resource(sheets.find((one) => one.print)?.resource)?.prints ?? []

  /** The page opens at once, for browsers refuse a window that comes after an answer. The print is counted there. */
  function print(sheets: Sheet[], paper = '') {
    const names = sheets.filter((one) => one.print).map(nameOf)
    if (!names.length) return
    const query = { sheets: names.join(','), ...(paper && { paper }) }
    window.open(router.resolve({ path: '/print/sheets', query }).href, '_blank')
  }

  /** Another page has counted a print. */
  const heard = (event: StorageEvent) => void (event.key?.endsWith('printed') && reload())
  onMounted(() => window.addEventListener('storage', heard))
  onUnmounted(() => window.removeEventListener('storage', heard))

  return { t, pending, open, copy, act, papers, print }
}
