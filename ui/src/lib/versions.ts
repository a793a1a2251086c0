import type { Rec, Resource, TimelineItem } from '@/api/contract'
import { rowsOf } from './sheet'

/** One thing that a modification changed. */
export interface VersionChange {
  label: string
  kind?: string
  /** The row in which it stands now, 0 for the head of the sheet. */
  row: number
  before: string
  after: string
  /** The line it stood in is gone. */
  gone: boolean
}

/** A sheet as it stood after it was posted (0) or modified for the nth time. */
export interface Version {
  nth: number
  at: string
  actor: string
  changes: VersionChange[]
}

/** What people do not write says nothing about what they changed. */
const kept = new Set(['revision', 'version', 'state', 'number'])

/** The versions of a sheet, the latest first, from what is noted about it (the latest first). */
export function versionsOf(of: Resource, record: Rec, events: TimelineItem[]): Version[] {
  const acts = (one: TimelineItem) => (one.kind === 'audit' ? one.action.split(',') : [])
  const modified = events.filter((one) => acts(one).includes('modify'))
  const first = events.find((one) => acts(one).includes('post'))
  const out = modified.map((one, i) => ({
    nth: Number(record.revision) - i,
    at: one.at,
    actor: one.actor,
    changes: (one.changes ?? []).map((change) => told(of, record, change)).filter((change) => change !== null),
  }))
  if (first) out.push({ nth: 0, at: first.at, actor: first.actor, changes: [] })
  return out
}

function told(of: Resource, record: Rec, change: NonNullable<TimelineItem['changes']>[number]): VersionChange | null {
  const set = change.line
    ? of.lines?.find(
        (one) => change.label.startsWith(`${one.label} · `) && one.fields.some((f) => f.name === change.field),
      )
    : undefined
  const field = (set?.fields ?? of.fields).find((one) => one.name === change.field)
  if (kept.has(change.field) || !field || field.kind === 'json') return null
  // Of what the server works out only the sums are worth telling: the figures they come from are told.
  if (field.computed && change.field !== 'gross' && !(field.total && !set)) return null
  const row = set ? rowsOf(record, set.name).findIndex((one) => Number(one.id) === change.line) + 1 : 0
  return {
    label: set ? (row ? field.label : change.label) : field.label,
    kind: field.kind === 'enum' || field.kind === 'bool' || field.kind === 'ref' ? undefined : field.kind,
    row,
    before: change.before,
    after: change.after,
    gone: Boolean(set) && row === 0 && change.after === '',
  }
}
