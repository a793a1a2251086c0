// The generic envelopes of the HTTP interface. Only shapes that are the same for every record stand here:
// no entity is written by hand; pages are driven by the descriptions in Meta.

export type Kind =
  | 'text'
  | 'longtext'
  | 'int'
  | 'amount'
  | 'price'
  | 'quantity'
  | 'rate'
  | 'date'
  | 'month'
  | 'instant'
  | 'bool'
  | 'enum'
  | 'ref'
  | 'refs'
  | 'file'
  | 'json'

export interface Option {
  value: string
  label: string
}

/** One column or input. `enter`: the Enter key stops here; `total`: summed in the foot. */
export interface Field {
  name: string
  label: string
  kind: Kind
  required?: boolean
  readonly?: boolean
  /** Writable only while the record is new. */
  once?: boolean
  signed?: boolean
  computed?: boolean
  list?: boolean
  filter?: boolean
  sort?: boolean
  search?: boolean
  width?: number
  align?: 'left' | 'right' | 'center'
  ref?: string
  options?: Option[]
  help?: string
  default?: unknown
  section?: string
  max?: number
  scale?: number
  enter?: boolean
  total?: boolean
  unit_of?: string
}

export interface LineSet {
  name: string
  label: string
  fields: Field[]
  min?: number
}

export type Tone = 'draft' | 'waiting' | 'live' | 'closed' | 'dead'

export interface State {
  name: string
  label: string
  tone: Tone
}

export interface Action {
  name: string
  label: string
  from?: string[]
  to?: string
  input?: Field[]
  primary?: boolean
  danger?: boolean
  collection?: boolean
  confirm?: string
  key?: string
}

export interface Print {
  name: string
  label: string
}

export interface Resource {
  name: string
  path: string
  label: string
  plural?: string
  kind: 'document' | 'master' | 'setup'
  fields: Field[]
  lines?: LineSet[]
  states?: State[]
  actions?: Action[]
  can?: string[]
  empty?: string
  quick?: string[]
  preview?: boolean
  prints?: Print[]
  title?: string
  natural_key?: string
}

export interface ReportMeta {
  name: string
  path: string
  label: string
  params: Field[]
  group?: string
}

export interface Link {
  label: string
  to: string
}

export interface MenuGroup {
  key: string
  label: string
  items: Link[]
}

export interface User {
  id: number
  name: string
  login: string
  lang?: string
  roles?: string[]
  permissions?: string[]
}

export interface Session {
  setup_needed: boolean
  loopback?: boolean
  user: User | null
  company: { name: string } | null
  version?: string
}

export interface Meta {
  company: { name: string; today: string; currency?: string; books?: boolean }
  user: User
  menu: MenuGroup[]
  create: Link[]
  resources: Record<string, Resource>
  reports: Record<string, ReportMeta>
}

/** A record as it travels. Keys beginning with $ are companions made by the server and never sent back. */
export interface Rec {
  id?: number
  version?: number
  state?: string
  $labels?: Record<string, string>
  $actions?: string[]
  $can?: string[]
  [key: string]: unknown
}

export interface Page {
  items: Rec[]
  next?: string | null
  total?: number
  totals?: Record<string, string> | null
}

export interface ProblemItem {
  pointer?: string
  code?: string
  detail: string
  level?: 'error' | 'warning'
}

export interface Problem {
  type?: string
  title?: string
  status: number
  code?: string
  detail?: string
  request_id?: string
  retry_after?: number
  errors?: ProblemItem[] | null
}

export interface Fact {
  pointer?: string
  label: string
  value: string
  kind?: Kind
}

export interface Preview {
  record: Rec
  problems?: ProblemItem[] | null
  actions?: string[] | null
  facts?: Fact[] | null
}

export interface LookupItem {
  id: number
  label: string
  code?: string
  facts?: Fact[] | null
}

export interface Waiting {
  waiting: true
  detail?: string
  record?: Rec
}

export interface TimelineItem {
  at: string
  actor?: string
  on_behalf?: string
  kind: 'audit' | 'comment'
  action?: string
  label?: string
  changes?: { field: string; label: string; before: unknown; after: unknown }[] | null
  text?: string
}

export interface ChainItem {
  resource: string
  id: number
  label: string
  kind?: string
  kind_label?: string
  date?: string
  state?: string
  state_label?: string
  amount?: string
}

export interface FileItem {
  id: number
  name: string
  size: number
  type?: string
  at?: string
  by?: string
}

export interface ReportRow {
  $to?: string | Record<string, string>
  $level?: number
  $kind?: 'line' | 'total' | 'section'
  $labels?: Record<string, string>
  [key: string]: unknown
}

export interface ReportAnswer {
  title: string
  subtitle?: string[] | null
  columns: Field[]
  rows: ReportRow[] | null
  totals?: Record<string, string> | null
  notes?: string[] | null
  next?: string | null
}

export interface SearchItem {
  resource: string
  resource_label: string
  id: number
  label: string
  sub?: string
  to: string
}

export interface SearchAnswer {
  items?: SearchItem[] | null
  functions?: Link[] | null
}

export interface SettingGroup {
  key: string
  label: string
  items: (Field & { value: unknown })[]
}

export interface Job {
  id: number
  label: string
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
  done?: number
  total?: number
  problem?: string | null
  result?: string | null
  at?: string
}

export interface ImportAnswer {
  rows: number
  good: number
  bad: number
  columns?: { title: string; field: string }[] | null
  fields?: { name: string; label: string; required?: boolean }[] | null
  problems?: { row: number; column?: string; field?: string; detail: string }[] | null
  job?: number | null
  marked?: string | null
}

export interface InboxAction {
  label: string
  path: string
  primary?: boolean
  danger?: boolean
  input?: Field[]
  confirm?: string
  version?: number
}

/** Something that waits for this person. Every key but label is optional. */
export interface InboxItem {
  id?: number
  label: string
  sub?: string
  to?: string
  at?: string
  amount?: string
  kind_label?: string
  facts?: Fact[] | null
  actions?: InboxAction[] | null
}

export interface HomeAnswer {
  tiles?: { label: string; to: string; value?: string; kind?: Kind; amber?: number | string | boolean }[] | null
  figures?: { label: string; value: string; kind?: Kind; to?: string; compare?: string }[] | null
}
