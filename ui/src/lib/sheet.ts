// The document on the screen: header values, lines with client keys, what the person touched, and how the
// answers of the server find their way back. Pure; the composables around it do the talking.

import type { Field, LineSet, Preview, ProblemItem, Rec, Resource } from '@/api/contract'
import { isEmpty, writable, wire } from './values'

/** A line on the screen. `$key` survives inserting and removing; the server ignores it. */
export interface Row extends Rec {
  $key: number
}

/** path → number of the edit that last touched it. Paths: "customer", "lines#7/item". */
export type Edits = Map<string, number>

/** For each set of lines the keys of the rows in the order they were sent. */
export type SentKeys = Record<string, number[]>

let lastKey = 0

/** A row with a fresh key. */
export function newRow(values: Rec = {}): Row {
  return { ...values, $key: ++lastKey }
}

export function rowsOf(rec: Rec, set: string): Row[] {
  return (rec[set] as Row[] | undefined) ?? []
}

export function rowPath(set: string, key: number, field: string): string {
  return `${set}#${key}/${field}`
}

/** References to nothing may come as 0. */
function clean(field: Field, value: unknown): unknown {
  return value === 0 && field.kind === 'ref' ? null : value
}

function adoptFields(fields: Field[], from: Rec): Rec {
  const out: Rec = { ...from, $labels: { ...from.$labels } }
  for (const field of fields) if (field.name in out) out[field.name] = clean(field, out[field.name])
  return out
}

/** A record from the server as the screen keeps it: every line gets a key. */
export function adopt(resource: Resource, from: Rec): Rec {
  const rec = adoptFields(resource.fields, from)
  for (const set of resource.lines ?? []) {
    const lines = (from[set.name] as Rec[] | undefined) ?? []
    rec[set.name] = lines.map((line) => newRow(adoptFields(set.fields, line)))
  }
  return rec
}

/** A line nobody wrote into: it is neither sent nor complained about. */
export function isBlank(set: string, row: Row, edits: Edits): boolean {
  if (row.id !== undefined) return false
  const prefix = `${set}#${row.$key}/`
  for (const path of edits.keys()) if (path.startsWith(prefix)) return false
  return true
}

/**
 * Whether a new document is worth a draft on the server: it is somebody's, and has a line. One that still lacks what can be
 * given only while it is new is left to the person.
 */
export function isUnderWay(resource: Resource, rec: Rec, edits: Edits): boolean {
  const party = resource.fields.find((one) => one.ref === 'base.party' && one.required)
  if (!party || !rec[party.name]) return false
  if (resource.fields.some((one) => one.once && writable(one) && isEmpty(rec[one.name]))) return false
  const set = resource.lines?.find((one) => one.min) ?? resource.lines?.[0]
  return set !== undefined && rowsOf(rec, set.name).some((row) => !isBlank(set.name, row, edits))
}

function touchedRows(set: string, edits: Edits): Set<number> {
  const keys = new Set<number>()
  for (const path of edits.keys()) {
    const found = /^(.+)#(\d+)\//.exec(path)
    if (found && found[1] === set) keys.add(Number(found[2]))
  }
  return keys
}

function lineBody(set: LineSet, row: Row): Rec {
  const body: Rec = {}
  if (row.id !== undefined) body.id = row.id
  for (const field of set.fields) {
    if (!writable(field)) continue
    if (row.id === undefined && isEmpty(row[field.name])) continue
    body[field.name] = wire(row[field.name], field.kind)
  }
  for (const name of set.carried ?? []) if (!isEmpty(row[name])) body[name] = row[name]
  return body
}

/**
 * The body of POST, PATCH and preview, with the keys of the lines sent. A new record sends what is filled or
 * was touched; an existing one what differs from the original, its lines as a whole list when any differs.
 */
export function buildBody(resource: Resource, rec: Rec, original: Rec | null, edits: Edits): [Rec, SentKeys] {
  const body: Rec = {}
  const keys: SentKeys = {}
  for (const field of resource.fields) {
    if (!writable(field)) continue
    const value = wire(rec[field.name], field.kind)
    if (original) {
      if (JSON.stringify(value) !== JSON.stringify(wire(original[field.name], field.kind))) body[field.name] = value
    } else if (!isEmpty(rec[field.name]) || edits.has(field.name)) body[field.name] = value
  }
  for (const set of resource.lines ?? []) {
    const touched = touchedRows(set.name, edits)
    const rows = rowsOf(rec, set.name).filter((row) => row.id !== undefined || touched.has(row.$key))
    const lines = rows.map((row) => lineBody(set, row))
    keys[set.name] = rows.map((row) => row.$key)
    const before = original ? rowsOf(original, set.name).map((row) => lineBody(set, row)) : null
    if (!before || JSON.stringify(before) !== JSON.stringify(lines)) body[set.name] = lines
  }
  return [body, keys]
}

/** "/lines/0/item" → "lines#7/item", "/customer" → "customer", anything else → "". */
export function pointerToPath(pointer: string | undefined, keys: SentKeys): string {
  const parts = (pointer ?? '').split('/').slice(1)
  if (parts.length === 1) return parts[0] ?? ''
  const [set = '', index = '', field = ''] = parts
  const key = keys[set]?.[Number(index)]
  return key === undefined ? set : field ? rowPath(set, key, field) : `${set}#${key}/`
}

/** The way back, for `changed` of the preview; "" when the row is not among those sent. */
export function pathToPointer(path: string, keys: SentKeys): string {
  const found = /^(.+)#(\d+)\/(.*)$/.exec(path)
  if (!found) return path ? `/${path}` : ''
  const index = keys[found[1]!]?.indexOf(Number(found[2])) ?? -1
  return index < 0 ? '' : `/${found[1]}/${index}/${found[3]}`
}

/** Problems by the cell they belong to; "" collects those of the whole document. */
export function byPath(problems: ProblemItem[] | null | undefined, keys: SentKeys): Map<string, ProblemItem[]> {
  const map = new Map<string, ProblemItem[]>()
  for (const one of problems ?? []) {
    const path = pointerToPath(one.pointer, keys)
    map.set(path, [...(map.get(path) ?? []), one])
  }
  return map
}

export interface Answer {
  preview: Preview
  keys: SentKeys
  /** The edit counter when the question was sent: later edits win over the answer. */
  sentAt: number
  /** The path whose change asked, "" at opening. */
  changed: string
}

function partOf(path: string): string {
  return path.includes('#') ? path.slice(0, path.indexOf('/') + 1) : ''
}

/**
 * A reference or choice that changed lets the server decide the other fields of the same part anew (the unit
 * and price of another item, the price of what is free now). Everything else the person typed stays as typed.
 */
function kept(path: string, answer: Answer, edits: Edits, released: boolean): boolean {
  const at = edits.get(path)
  if (at === undefined) return false
  // What was typed after the choice belongs to what was chosen.
  if (at > answer.sentAt || path === answer.changed || at > (edits.get(answer.changed) ?? Infinity)) return true
  return !(released && partOf(path) === partOf(answer.changed))
}

function take(target: Rec, source: Rec, fields: Field[], keep: (field: Field) => boolean): void {
  for (const field of fields) {
    const name = field.name
    const settled = writable(field) && keep(field)
    const value = clean(field, source[name])
    if (!settled && name in source && JSON.stringify(target[name]) !== JSON.stringify(value)) target[name] = value
    const label = source.$labels?.[name]
    if (label !== undefined && target[name] === value) target.$labels = { ...target.$labels, [name]: label }
  }
  for (const [name, value] of Object.entries(source)) {
    if (name.startsWith('$') && name !== '$labels' && name !== '$key') target[name] = value
  }
}

/**
 * The set whose lines follow from what was just chosen in the head: a sheet that is given once and for all, which each of the
 * lines names too.
 */
function filledBy(resource: Resource, rec: Rec, changed: string): LineSet | undefined {
  const head = resource.fields.find((one) => one.name === changed)
  if (!head?.once || head.kind !== 'ref' || isEmpty(rec[changed])) return undefined
  return resource.lines?.find((set) => set.fields.some((one) => one.name === changed && one.ref === head.ref))
}

/** The lines that the server filled in take the place of those it was sent; they count as typed, what was typed since stays. */
function fillLines(set: LineSet, rec: Rec, edits: Edits, answer: Answer): void {
  const since = (row: Row) =>
    [...edits].some(([path, at]) => at > answer.sentAt && path.startsWith(`${set.name}#${row.$key}/`))
  const later = rowsOf(rec, set.name).filter(since)
  const at = edits.get(answer.changed) ?? answer.sentAt
  const lines = (answer.preview.record[set.name] as Rec[] | undefined) ?? []
  const filled = lines.map((line) => {
    const { id: _, ...row } = newRow(adoptFields(set.fields, line))
    for (const field of set.fields) {
      if (writable(field) && !isEmpty(row[field.name])) edits.set(rowPath(set.name, row.$key, field.name), at)
    }
    return row as Row
  })
  rec[set.name] = [...filled, ...later]
}

/** Takes over what the server computed and filled, leaving what the person typed alone. True where lines came of it. */
export function mergeAnswer(resource: Resource, rec: Rec, edits: Edits, answer: Answer): boolean {
  const { preview, keys, changed } = answer
  const changedName = changed.slice(changed.lastIndexOf('/') + 1)
  const fieldsOf = changed.includes('#')
    ? (resource.lines?.find((set) => changed.startsWith(`${set.name}#`))?.fields ?? [])
    : resource.fields
  const released = ['ref', 'enum', 'bool'].includes(fieldsOf.find((one) => one.name === changedName)?.kind ?? '')
  take(rec, preview.record, resource.fields, (field) => kept(field.name, answer, edits, released))
  const filled = filledBy(resource, rec, changed)
  if (filled) fillLines(filled, rec, edits, answer)
  for (const set of resource.lines ?? []) {
    if (set === filled) continue
    const lines = (preview.record[set.name] as Rec[] | undefined) ?? []
    const byKey = new Map(rowsOf(rec, set.name).map((row) => [row.$key, row]))
    lines.forEach((line, i) => {
      const key = keys[set.name]?.[i]
      const row = key === undefined ? undefined : byKey.get(key)
      if (row) {
        take(row, line, set.fields, (field) => kept(rowPath(set.name, row.$key, field.name), answer, edits, released))
        for (const name of set.carried ?? []) if (name in line) row[name] = line[name]
      }
    })
  }
  return filled !== undefined
}

/**
 * Takes over a record that was stored while somebody may have gone on typing: its lines get their ids, what was not typed since
 * it was sent is as the server has it. Gives the record to compare with from now on, null where its lines are not those sent.
 */
export function mergeStored(
  resource: Resource,
  rec: Rec,
  edits: Edits,
  answer: Omit<Answer, 'preview' | 'changed'> & { stored: Rec },
): Rec | null {
  const { stored, keys, sentAt } = answer
  const sets = resource.lines ?? []
  const linesOf = (name: string) => (stored[name] as Rec[] | undefined) ?? []
  if (sets.some((set) => linesOf(set.name).length !== (keys[set.name]?.length ?? 0))) return null
  const since = (path: string) => (edits.get(path) ?? 0) > sentAt
  take(rec, stored, resource.fields, (field) => since(field.name))
  rec.version = stored.version
  for (const set of sets) {
    const byKey = new Map(rowsOf(rec, set.name).map((row) => [row.$key, row]))
    linesOf(set.name).forEach((line, i) => {
      const row = byKey.get(keys[set.name]![i]!)
      if (!row) return
      row.id = line.id
      take(row, line, set.fields, (field) => since(rowPath(set.name, row.$key, field.name)))
    })
  }
  for (const [path, at] of edits) if (at <= sentAt) edits.delete(path)
  return adopt(resource, stored)
}

/** A copy for a new document: writable values only, lines without their ids. */
export function copyAsNew(resource: Resource, from: Rec, whole = false): { rec: Rec; paths: string[] } {
  const paths: string[] = []
  const pick = (fields: Field[], source: Rec, path: (name: string) => string): Rec => {
    const out: Rec = { $labels: { ...source.$labels } }
    for (const field of fields) {
      // What is given once and for all names the original.
      if (!writable(field) || (field.once && !whole) || isEmpty(source[field.name])) continue
      out[field.name] = source[field.name]
      paths.push(path(field.name))
    }
    return out
  }
  const rec = pick(resource.fields, from, (name) => name)
  for (const set of resource.lines ?? []) {
    // Money that changed hands with a sheet does so once.
    if (set.name === 'money' && !whole) {
      rec[set.name] = []
      continue
    }
    rec[set.name] = rowsOf(from, set.name).map((line) => {
      const row = newRow()
      return Object.assign(
        row,
        pick(set.fields, line, (name) => rowPath(set.name, row.$key, name)),
      )
    })
  }
  return { rec, paths }
}

/** Keys handed out from now on lie above those of a restored draft. */
export function reserveKeys(resource: Resource, rec: Rec): void {
  for (const set of resource.lines ?? []) for (const row of rowsOf(rec, set.name)) lastKey = Math.max(lastKey, row.$key)
}
