import { shallowRef } from 'vue'
import { ask } from '@/api/client'
import type { Action, Rec, Waiting } from '@/api/contract'
import { t } from '@/i18n'
import { note, say, sure } from '@/lib/notify'
import { uuid } from '@/lib/uuid'

/** True for the answer "waits for approval". */
export function isWaiting(data: unknown): data is Waiting {
  return typeof data === 'object' && data !== null && (data as Waiting).waiting === true
}

/** Tells the outcome of an action: done, or waiting for approval. */
export function tellOutcome(action: Action | null, status: number, data: unknown): void {
  if (status === 202 && isWaiting(data)) note(data.detail || t('record.waiting'))
  else say(action ? t('record.done', { action: action.label }) : t('record.saved'))
}

interface Pending {
  action: Action
  title: string
  resolve: (input: Rec | null) => void
}

/** Asks what an action needs before it runs: a confirmation, then its input. */
export function useAction() {
  const pending = shallowRef<Pending | null>(null)
  let intent = { text: '', key: '' }

  /** The input of the action ({} when it has none), or null when the person stepped back. */
  async function prepare(action: Action, label: string): Promise<Rec | null> {
    const text = action.confirm?.replaceAll('{label}', label) ?? ''
    if (!action.input?.length) {
      return !text || (await sure({ text, yes: action.label, danger: action.danger })) ? {} : null
    }
    // What the action does stands above what it asks: one question, not two.
    return new Promise((resolve) => {
      pending.value = {
        action: { ...action, confirm: text },
        title: label ? `${action.label} ${label}` : action.label,
        resolve: (input) => {
          pending.value = null
          resolve(input)
        },
      }
    })
  }

  /** Runs an action on one record as it stands. Asked again after a lost answer it carries the same key. */
  async function run(path: string, record: Rec, action: Action, input: Rec) {
    const text = JSON.stringify([path, record.id, record.version, action.name, input])
    if (intent.text !== text) intent = { text, key: uuid() }
    return ask<Rec | Waiting>('POST', `${path}/${record.id}/${action.name}`, {
      body: input,
      key: intent.key,
      version: record.version,
    })
  }

  return { pending, prepare, run }
}
