import { ask, get } from './client'

// What waits in the warehouse: to be shipped, to come in, and by which bins goods are picked.

export interface WaitingLine {
  id: number
  item: number
  name: string
  spec: string
  codes: string[]
  unit: string
  qty: string
  unit2: string
  qty2: string
  packed: string
  bin: string
  have: string
  enough: boolean
  note: string
}

export interface WaitingSheet {
  resource: string
  id: number
  version: number
  number: string
  label: string
  state: string
  date: string
  promised: string
  late: boolean
  party: string
  place: string
  warehouse: string
  person: string
  note: string
  rest: boolean
  stock: 'all' | 'some' | 'none'
  lines: WaitingLine[]
}

export interface WaitingAnswer {
  items: WaitingSheet[]
  /** Deliveries that are posted wait for the storekeeper. */
  confirms: boolean
  more: boolean
}

export interface Pick {
  bin: string
  item: number
  code: string
  name: string
  spec: string
  unit: string
  qty: string
  packed: string
  have: string
  enough: boolean
  for: { number: string; party: string; qty: string }[]
  warehouse: string
}

export interface Shipment {
  lines: { id: number; qty: string; qty2?: string }[]
  rest: 'keep' | 'cancel'
  reason: string
}

export const waiting = (side: 'out' | 'in') =>
  get<WaitingAnswer>(`/api/v1/dispatch/${side === 'out' ? 'outgoing' : 'incoming'}`)

export const picks = (sheets: string[]) => get<{ items: Pick[] }>('/api/v1/dispatch/picking', { sheet: sheets })

export const ship = (sheet: WaitingSheet, what: Shipment, key: string) =>
  ask('POST', `/api/v1/stock/deliveries/${sheet.id}/ship`, {
    body: {
      lines: JSON.stringify(what.lines),
      rest: what.rest,
      ...(what.reason ? { reason: what.reason } : {}),
    },
    key,
    version: sheet.version,
  })

export const deliver = (sheet: WaitingSheet, key: string) =>
  ask('POST', `/api/v1/sales/orders/${sheet.id}/deliver`, { body: {}, key, version: sheet.version })

export interface TourStop {
  id: number
  delivery: number
  number: string
  party: string
  contact: string
  phone: string
  address: string
  note: string
  carrier: string
  waybill: string
  to_collect: string
  collected: string
  outcome: 'open' | 'brought' | 'part' | 'refused'
  told: string
  /** Its delivery was taken back: nothing to bring, nothing to collect. */
  off: boolean
  /** How many pictures and papers lie with the delivery. */
  signed: number
  lines: { name: string; spec: string; qty: string; unit: string }[]
}

export interface Tour {
  id: number
  version: number
  number: string
  date: string
  vehicle: string
  driver: string
  to_collect: string
  collected: string
  missing: string
  may_close: boolean
  /** On what the run collects; where it says nothing, what there is to choose from. */
  account: string
  accounts: { id: number; name: string }[]
  stops: TourStop[]
}

export interface StopAnswer {
  outcome: string
  collected: string
  told: string
  /** Where the money goes, of a run that has no account yet. */
  account: number
}

export const tours = () => get<{ items: Tour[] }>('/api/v1/dispatch/bring')

export const answerStop = (tour: Tour, stop: TourStop, answer: StopAnswer, key: string) =>
  ask('POST', `/api/v1/dispatch/runs/${tour.id}/stop`, {
    body: {
      stop: stop.id,
      outcome: answer.outcome,
      ...(answer.collected ? { collected: answer.collected } : {}),
      ...(answer.told ? { told: answer.told } : {}),
      ...(answer.collected && answer.account ? { money_account: answer.account } : {}),
    },
    key,
    version: tour.version,
  })

export const closeTour = (tour: Tour, key: string) =>
  ask('POST', `/api/v1/dispatch/runs/${tour.id}/close`, { body: {}, key, version: tour.version })

export const signedCopy = (tour: Tour, stop: TourStop, picture: File) => {
  const form = new FormData()
  form.append('file', picture)
  return ask('POST', '/api/v1/dispatch/signed', { form, query: { run: tour.id, stop: stop.id } })
}
