// What the sheet centre is told: sheets of every kind, and what they come to.

export interface Sheet {
  resource: string
  kind_label: string
  id: number
  date: string
  made: string
  number: string
  party: string
  /** Null where there is none or this person may not see it. */
  amount: string | null
  state: string
  state_label: string
  tone: string
  /** It takes another one back. */
  red: boolean
  revision: number
  maker: string
  /** How often it was printed. */
  prints: number
  note: string
  copy: boolean
  print: boolean
  acts: { name: string; label: string }[]
}

export interface SheetPage {
  from: string
  to: string
  items: Sheet[]
  next: string | null
}

export interface SheetSum {
  resource: string
  label: string
  count: number
  /** Drafts and those that wait. */
  open: number
  void: number
  /** Of those in force; null where there is none or this person may not see it. */
  amount: string | null
  /** Of drafts and those that wait. */
  later: string | null
}

export interface SheetSums {
  kinds: { resource: string; label: string }[]
  items: SheetSum[]
  total: SheetSum
}
