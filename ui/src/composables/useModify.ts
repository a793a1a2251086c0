import { shallowRef } from 'vue'
import { ApiError, ask, changedMeanwhile } from '@/api/client'
import type { Rec, Waiting } from '@/api/contract'
import { t } from '@/i18n'
import { complain, note, say, sure } from '@/lib/notify'
import { uuid } from '@/lib/uuid'
import { isWaiting } from './useAction'
import type { Sheet } from './useSheet'

/** One figure that a modification changes. */
export interface Weighed {
  label: string
  kind: string
  before: string
  after: string
}

/** What a modification changes, as the server tried it. */
export interface Effect {
  waits: boolean
  sections: { title: string; note?: string; rows: Weighed[] }[]
  warnings: string[]
}

/** The page of a record, as far as modifying it needs it. */
interface Page {
  settled: () => Promise<void>
  load: () => Promise<void>
  stop: () => void
  standing: () => void
}

/**
 * Modifying a posted sheet: it is opened for typing where it stands, the server tells what would change, and one yes takes
 * the old back and does the new in one unit.
 */
export function useModify(sheet: Sheet, page: Page) {
  const { resource } = sheet
  const effect = shallowRef<Effect | null>(null)
  const busy = shallowRef(false)
  let intent = { text: '', key: '' }

  /** What the sheet shall be, as the action takes it. */
  const change = () => JSON.stringify(sheet.body()[0])

  function begin(): void {
    sheet.modify(true)
  }

  async function giveUp(): Promise<void> {
    if (sheet.dirty.value && !(await sure({ text: t('modify.dropAsk'), yes: t('modify.drop'), no: t('modify.goOn') })))
      return
    sheet.dropDraft()
    sheet.modify(false)
    await page.load()
  }

  function failed(error: unknown): void {
    if (!(error instanceof ApiError)) return complain(error)
    if (error.problem.errors?.length) sheet.refuse(error.problem.errors, sheet.body()[1])
    complain(error)
  }

  /** Asks what would change; the answer opens the dialog. */
  async function weigh(): Promise<void> {
    if (busy.value) return
    if (!sheet.dirty.value) return note(t('modify.same'))
    busy.value = true
    sheet.attempted.value = true
    try {
      await page.settled()
      page.stop()
      const body = { resource: resource.name, id: sheet.id, version: sheet.modifying.value, sheet: change() }
      effect.value = (await ask<Effect>('POST', '/api/v1/stock/modify/preview', { body })).data
    } catch (error) {
      await stale(error)
    } finally {
      busy.value = false
    }
  }

  /** Somebody else was faster: his sheet is shown if this person wants it; anything else stands at its cells. */
  async function stale(error: unknown): Promise<void> {
    if (!changedMeanwhile(error)) return failed(error)
    const text = t('record.reloadAsk', { why: error.message })
    if (!(await sure({ text, yes: t('record.reload'), no: t('record.stay') }))) return
    sheet.dropDraft()
    sheet.modify(false)
    await page.load()
  }

  async function confirm(): Promise<void> {
    if (busy.value) return
    busy.value = true
    const text = change()
    if (intent.text !== text) intent = { text, key: uuid() }
    try {
      const answer = await ask<Rec | Waiting>('POST', `${resource.path}/${sheet.id}/modify`, {
        body: { sheet: text },
        key: intent.key,
        version: sheet.modifying.value,
      })
      effect.value = null
      sheet.dropDraft()
      sheet.modify(false)
      if (isWaiting(answer.data)) {
        note(answer.data.detail || t('record.waiting'))
        await page.load()
      } else {
        sheet.start(answer.data, false)
        page.standing()
        say(t('modify.done'))
      }
    } catch (error) {
      effect.value = null
      await stale(error)
    } finally {
      busy.value = false
    }
  }

  const close = () => (effect.value = null)
  return { effect, busy, begin, giveUp, weigh, confirm, close }
}
