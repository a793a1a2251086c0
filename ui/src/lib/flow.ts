import type { Field, Resource } from '@/api/contract'
import type { Subject } from './condition'

// The definition of an approval flow as it is stored, and what its editor does with it. Parts that this program does
// not know are kept.

export type By = 'user' | 'role' | 'head' | 'superior' | 'chosen' | 'initiator'

export interface Who {
  by: By
  user?: number
  role?: string
  level?: number
  [key: string]: unknown
}

export interface Branch {
  name: string
  when: string
  nodes: FlowNode[]
  [key: string]: unknown
}

export interface FlowNode {
  kind: 'approve' | 'copy' | 'branch'
  name?: string
  who?: Who[]
  mode?: 'all' | 'any' | 'turn'
  back?: string
  branches?: Branch[]
  [key: string]: unknown
}

export interface Definition {
  nodes: FlowNode[]
  [key: string]: unknown
}

/** How a definition travels: as an object, or as its text. */
export function parse(value: unknown): Definition {
  let read = value
  if (typeof value === 'string') {
    try {
      read = value.trim() ? JSON.parse(value) : null
    } catch {
      read = null
    }
  }
  const found = read as Partial<Definition> | null
  return found && typeof found === 'object' && Array.isArray(found.nodes) ? (found as Definition) : { nodes: [] }
}

export function blankWho(by: By): Who {
  return by === 'head' || by === 'superior' ? { by, level: 1 } : { by }
}

/** A new node; branches begin with one condition and the rest. */
export function blankNode(kind: FlowNode['kind'], words: { name: string; other: string }): FlowNode {
  if (kind === 'copy') return { kind, name: words.name, who: [blankWho('head')] }
  if (kind === 'approve') return { kind, name: words.name, who: [blankWho('head')], mode: 'all' }
  return { kind, branches: [blankBranch(words.name), { name: words.other, when: '', nodes: [] }] }
}

export function blankBranch(name: string): Branch {
  return { name, when: '', nodes: [] }
}

/** The same list with one element replaced, moved, put in or taken out. */
export function replaced<T>(list: T[], at: number, by: T): T[] {
  return list.map((one, i) => (i === at ? by : one))
}

export function inserted<T>(list: T[], at: number, one: T): T[] {
  return [...list.slice(0, at), one, ...list.slice(at)]
}

export function removed<T>(list: T[], at: number): T[] {
  return list.filter((_, i) => i !== at)
}

export function moved<T>(list: T[], at: number, by: 1 | -1): T[] {
  const to = at + by
  if (to < 0 || to >= list.length) return list
  const out = [...list]
  ;[out[at], out[to]] = [out[to]!, out[at]!]
  return out
}

/** Every expression in a flow. */
export function expressions(nodes: FlowNode[]): string[] {
  return nodes.flatMap((node) =>
    (node.branches ?? []).flatMap((branch) => [branch.when, ...expressions(branch.nodes)]).filter(Boolean),
  )
}

/** Ids of the users named in a flow. */
export function usersIn(nodes: FlowNode[]): number[] {
  return nodes.flatMap((node) => [
    ...(node.who ?? []).flatMap((who) => (who.by === 'user' && who.user ? [who.user] : [])),
    ...(node.branches ?? []).flatMap((branch) => usersIn(branch.nodes)),
  ])
}

/** True when somebody is chosen by the initiator. */
export function hasChosen(nodes: FlowNode[]): boolean {
  return nodes.some(
    (node) =>
      node.who?.some((who) => who.by === 'chosen') || node.branches?.some((branch) => hasChosen(branch.nodes)) || false,
  )
}

type Words = (key: string, args?: Record<string, unknown>) => string

/** Kept by the program: nobody decides by them. */
const kept = new Set(['state', 'number', 'revision', 'created_by', 'updated_by'])
const silent = new Set(['json', 'instant', 'longtext'])

/** What conditions on an act may ask about, in the order it is offered. */
export function subjectsOf(resource: Resource | undefined, act: string, t: Words): Subject[] {
  if (!resource) return []
  const out: Subject[] = []
  let group = ''
  const add = (field: Field, id: string, label = field.label) => {
    if (silent.has(field.kind)) return
    const { kind, ref, options } = field
    out.push({ id, label, kind, group, ...(ref ? { ref } : {}), ...(options ? { options } : {}) })
  }
  group = resource.label
  for (const field of resource.fields) if (!kept.has(field.name)) add(field, field.name)
  group = t('flow.initiator')
  add({ name: '', label: group, kind: 'ref', ref: 'base.user' }, 'initiator.user')
  add({ name: '', label: t('flow.department'), kind: 'ref', ref: 'base.department' }, 'initiator.department')
  out.push({ id: 'initiator.roles', label: t('flow.roles'), kind: 'roles', group })
  group = t('flow.input')
  const input = resource.actions?.find((one) => one.name === act)?.input ?? []
  for (const field of input) add(field, `input.${field.name}`)
  for (const { name, label: set, fields } of resource.lines ?? []) {
    group = set
    out.push({ id: `len:${name}`, label: t('flow.ofCount', { set }), kind: 'int', group })
    for (const field of fields.filter((one) => one.kind === 'amount' || one.kind === 'quantity')) {
      add(field, `sum:${name}.${field.name}`, t('flow.ofSum', { set, label: field.label }))
    }
    for (const field of fields) add(field, `any:${name}.${field.name}`, t('flow.ofAny', { set, label: field.label }))
  }
  return out
}

/** The amount a new condition begins with. */
export function firstSubject(subjects: Subject[]): Subject | undefined {
  const usual = ['gross', 'amount', 'total'].map((id) => subjects.find((one) => one.id === id)).find(Boolean)
  return usual ?? subjects.find((one) => one.kind === 'amount') ?? subjects[0]
}

/** The element of a definition that a pointer such as "/definition/nodes/0/branches/1/when" leads into. */
function elementAt(pointer: string, from: Definition): string {
  const steps = /^\/definition((?:\/(?:nodes|branches)\/\d+)*)/.exec(pointer)?.[1]?.split('/').slice(1) ?? []
  let at: unknown = from
  for (const step of steps) at = (at as Record<string, unknown> | undefined)?.[step]
  if (steps.at(-2) === 'branches') at = { ...(at as Branch), nodes: [] }
  return JSON.stringify(steps.length ? at : from)
}

/** What stood wrong at a pointer is still there: its node is as it was. */
export function standing(pointer: string | undefined, before: Definition, after: Definition): boolean {
  return elementAt(pointer ?? '', before) === elementAt(pointer ?? '', after)
}

/** Names of head fields that occur in some of the expressions. */
export function fieldsIn(texts: string[], resource: Resource | undefined): Field[] {
  const bare = texts.map((text) => text.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '')).join(' ')
  const names = new Set(Array.from(bare.matchAll(/(?<![.\w])[A-Za-z_]\w*/g), (found) => found[0].replace(/_name$/, '')))
  return (resource?.fields ?? []).filter((one) => names.has(one.name))
}

/** Who may do what is not decided by a flow. */
const unheld = ['base.user', 'base.role']

/** Documents and master records that have something to approve, by label. */
export function targets(resources: Record<string, Resource>): Resource[] {
  return Object.values(resources)
    .filter((one) => !one.name.startsWith('approval.') && !unheld.includes(one.name) && actsOf(one).length > 0)
    .toSorted((a, b) => a.label.localeCompare(b.label))
}

/** What writing is called, where that can be asked about. */
export type WriteWords = Record<'create' | 'update' | 'delete', string>

/** What a flow may stand before: actions, and of what has no states also writing it, for that counts at once. */
export function actsOf(
  resource: Resource | undefined,
  words: WriteWords = { create: '', update: '', delete: '' },
): { name: string; label: string }[] {
  if (!resource) return []
  const actions = resource.actions.filter((one) => !one.collection)
  const written = resource.states.length ? [] : Object.entries(words).filter(([name]) => resource.can.includes(name))
  return [...actions, ...written.map(([name, label]) => ({ name, label }))]
}
