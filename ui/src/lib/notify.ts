import { h } from 'vue'
import { ElMessage, ElMessageBox } from 'element-plus'
import 'element-plus/es/components/message/style/css'
import 'element-plus/es/components/message-box/style/css'
import { ApiError, isAbort } from '@/api/client'
import { t } from '@/i18n'
import { withNext } from './withNext'

/** Tells that something was done. One at a time: on a phone two of them hide the heading. What went wrong before is over. */
export function say(message: string): void {
  ElMessage.closeAll('success')
  ElMessage.closeAll('error')
  ElMessage({ message, type: 'success', duration: 2500, grouping: true })
}

export interface Link {
  label: string
  href: string
  go: () => void
}

/** Tells of something with links to it. A click on one goes there without loading the page anew. */
export function lead(words: string, links: Link[]): void {
  ElMessage.closeAll('success')
  const shown = ElMessage({
    message: () =>
      h('span', [
        words,
        ...links.map((one) =>
          h(
            'a',
            {
              href: one.href,
              class: 'lead',
              onClick: (event: MouseEvent) => {
                if (event.ctrlKey || event.metaKey) return
                event.preventDefault()
                shown.close()
                one.go()
              },
            },
            `${one.label} ›`,
          ),
        ),
      ]),
    type: 'success',
    duration: 8000,
    showClose: true,
  })
}

/** Tells that something needs attention but is not wrong. */
export function note(message: string): void {
  ElMessage({ message, type: 'warning', duration: 6000, showClose: true, grouping: true })
}

/** The sentence of a refusal: the server's own words when it has any. */
export function sentence(error: unknown): string {
  if (!(error instanceof ApiError)) return t('error.unknown')
  const { problem } = error
  if (problem.detail) return withNext(problem.detail, problem.next)
  const first = problem.errors?.[0]
  if (first?.detail) return withNext(first.detail, first.next)
  return problem.title || t('error.unknown')
}

/** Tells what went wrong; dropped answers stay silent. */
export function complain(error: unknown): void {
  if (isAbort(error)) return
  ElMessage({ message: sentence(error), type: 'error', duration: 8000, showClose: true, grouping: true })
}

export interface Question {
  text: string
  yes: string
  no?: string
  danger?: boolean
}

/** Asks what shall be done: one of two things, or neither. */
export async function choose(question: Question & { no: string }): Promise<'yes' | 'no' | null> {
  try {
    await ElMessageBox.confirm(question.text, question.yes, {
      confirmButtonText: question.yes,
      cancelButtonText: question.no,
      cancelButtonClass: question.danger ? 'is-danger' : '',
      closeOnClickModal: false,
      distinguishCancelAndClose: true,
      autofocus: true,
    })
    return 'yes'
  } catch (how) {
    return how === 'cancel' ? 'no' : null
  }
}

/** Asks before an effect. True only for an explicit yes. */
export async function sure(question: Question): Promise<boolean> {
  try {
    await ElMessageBox.confirm(question.text, question.yes, {
      confirmButtonText: question.yes,
      cancelButtonText: question.no ?? t('common.cancel'),
      confirmButtonClass: question.danger ? 'is-danger' : '',
      closeOnClickModal: false,
      autofocus: true,
    })
    return true
  } catch {
    return false
  }
}
