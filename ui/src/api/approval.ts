import type { InboxAction, InboxItem, Option, Rec } from './contract'

// What approvals add to the generic envelopes.

/** A line of the inbox. `unread` stands for a copy nobody opened yet. */
export interface ApprovalItem extends InboxItem {
  unread?: boolean
  state?: string
  state_label?: string
  tone?: string
  last?: string
}

export interface InboxPage {
  items: ApprovalItem[] | null
  next?: string | null
  total?: number
}

/** One answer for each request of a batch. */
export interface BatchAnswer {
  items: { id: number; ok: boolean; detail?: string }[] | null
}

export interface SimulatedPerson {
  id: number
  name: string
  why?: string
}

/** A step the flow would take, with the people found for it. */
export interface SimulatedNode {
  node: string
  name: string
  kind: string
  mode?: string
  people?: SimulatedPerson[] | null
  why?: string
}

/** What a flow would do. `needed` is false when its condition does not hold. */
export interface SimulateAnswer {
  needed?: boolean
  nodes?: SimulatedNode[] | null
}

/** The name of the action behind an address: ".../17/agree" is agree. */
export function actName(what: InboxAction): string {
  return what.path.split('/').at(-1) ?? ''
}

/** Where the record of an action lives: its address without the name of the action. */
export function recordPath(what: InboxAction): string {
  return what.path.slice(0, what.path.lastIndexOf('/'))
}

/** The steps of this round that came before the present one, the nearest first. */
export function earlierSteps(request: Rec): Option[] {
  const tasks = (Array.isArray(request.tasks) ? request.tasks : []) as Rec[]
  const out: Option[] = []
  for (const one of tasks.toReversed()) {
    const value = String(one.node ?? '')
    const past = one.round === request.round && one.kind === 'approve' && one.node_name !== request.node_name
    if (past && value && !out.some((known) => known.value === value)) {
      out.push({ value, label: String(one.node_name ?? value) })
    }
  }
  return out
}
