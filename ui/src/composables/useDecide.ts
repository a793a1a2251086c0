import { ref, shallowRef } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'
import { ApiError, ask } from '@/api/client'
import type { Action, InboxAction, Rec, Resource, Session } from '@/api/contract'
import type { ApprovalItem } from '@/api/approval'
import { t } from '@/i18n'
import { complain, note, say, sure } from '@/lib/notify'
import { uuid } from '@/lib/uuid'

interface Pending {
  what: InboxAction
  items: ApprovalItem[]
  /** What was typed when it could not be sent. */
  typed?: Rec
  resolve: (input: Rec | null) => void
}

/** How it ended: done, refused by the server, or the person stepped back. */
export type Outcome = 'done' | 'refused' | 'left'

/** Asks what a decision needs and sends it. */
export function useDecide() {
  const pending = shallowRef<Pending | null>(null)
  const busy = ref(false)
  const unsent = new Map<string, Rec>()

  // Going back on a phone closes what came up from below, as it does everywhere there.
  onBeforeRouteLeave((to) => {
    if (!pending.value || to.path === '/login') return true
    pending.value.resolve(null)
    return false
  })

  /** The input of an action, {} when it has none, null when the person stepped back. */
  async function prepare(what: InboxAction, items: ApprovalItem[]): Promise<Rec | null> {
    if (what.input?.length) {
      return new Promise((resolve) => {
        pending.value = {
          what,
          items,
          typed: unsent.get(what.path),
          resolve: (input) => {
            pending.value = null
            unsent.delete(what.path)
            resolve(input)
          },
        }
      })
    }
    if (!what.confirm) return {}
    const text = what.confirm.replaceAll('{label}', items[0]?.label ?? '')
    return (await sure({ text, yes: what.label, danger: what.danger })) ? {} : null
  }

  /** Keeps what was typed for the next try. */
  function keep(what: InboxAction, input: Rec) {
    unsent.set(what.path, input)
  }

  async function act(item: ApprovalItem, what: InboxAction): Promise<Outcome> {
    if (busy.value) return 'left'
    const input = await prepare(what, [item])
    if (!input) return 'left'
    busy.value = true
    try {
      const { status } = await ask('POST', what.path, { body: input, key: uuid(), version: what.version })
      if (status === 202) note(t('record.waiting'))
      else say(t('record.done', { action: what.label }))
      return 'done'
    } catch (error) {
      complain(error)
      const answered = error instanceof ApiError && error.status !== 0
      if (!answered) keep(what, input)
      return answered ? 'refused' : 'left'
    } finally {
      busy.value = false
    }
  }

  return { pending, busy, prepare, keep, act }
}

const asApprover = ['agree', 'refuse', 'send_back', 'hand_over', 'add_sign', 'copy', 'comment']
const asChooser = ['choose']
const asInitiator: Record<string, string[]> = {
  waiting: ['urge', 'withdraw', 'copy', 'comment'],
  failed: ['retry', 'withdraw'],
  returned: ['withdraw'],
}

/** What a person may do with a request that was read as a record: decide when it is his turn, else what it leaves him. */
export function actsOn(request: Rec, of: Resource, me: Session['user'] | undefined): InboxAction[] {
  const user = me?.id ?? 0
  const tasks = (Array.isArray(request.tasks) ? request.tasks : []) as Rec[]
  const mine = tasks.filter((one) => one.assignee === user && one.state === 'pending' && one.kind !== 'copy')
  const state = String(request.state)
  const names = new Set<string>()
  if (state === 'waiting') for (const one of mine) for (const name of turn(one)) names.add(name)
  // Who keeps the company running may finish what its initiator left.
  const own = request.initiator === user || (state === 'failed' && me?.roles.includes('administrator'))
  if (own) for (const name of asInitiator[state] ?? []) names.add(name)
  const known = new Map((of.actions ?? []).map((one) => [one.name, one]))
  return [...names].flatMap((name) => (known.has(name) ? [deed(known.get(name)!, of, request)] : []))
}

function turn(task: Rec): string[] {
  return task.kind === 'choose' ? asChooser : asApprover
}

function deed(action: Action, of: Resource, request: Rec): InboxAction {
  const { label, input, confirm, primary, danger, name } = action
  const path = `${of.path}/${request.id}/${name}`
  return { path, label, input, confirm, primary, danger, version: request.version }
}
