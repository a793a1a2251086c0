import { computed, ref } from 'vue'
import { ApiError, ask, get } from '@/api/client'
import type { components } from '@/api/schema'
import { t } from '@/i18n'
import { complain, note, say } from '@/lib/notify'
import { patiently, type Patience } from '@/lib/patient'
import { local, tab } from '@/lib/storage'
import { uuid } from '@/lib/uuid'

export type PrintJob = components['schemas']['print.job']
type Station = components['schemas']['print.station']

// Printing without a dialog: what this device is called, which printer it remembers for each kind of sheet, and what waits.
const station = (() => {
  const known = local.get('station', '')
  if (known) return known
  const made = uuid()
  local.set('station', made)
  return made
})()
const at = ref<Station>()
const open = ref(0)
let timer = 0

/** Milliseconds after which a print whose answer was lost is asked for again, under the same key. */
const patience = [700, 1500, 3000]

async function load(): Promise<void> {
  try {
    at.value = await get<Station>('/api/v1/print/station', { station })
  } catch {
    at.value ??= { name: '', printers: [], choices: {} }
  }
}

/** How many wait; asked again as long as some do. */
async function look(): Promise<void> {
  clearTimeout(timer)
  try {
    open.value = (await get<components['schemas']['print.queue']>('/api/v1/print/queue')).open
  } catch {
    return
  }
  if (open.value) timer = window.setTimeout(look, 5000)
}

async function choose(resource: string, printer: number, everybody = false): Promise<void> {
  await ask('PUT', '/api/v1/print/station', { body: { station, resource, printer, everybody } })
  await load()
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

/** Asks until there is an answer, at most a few times; the key makes that it is printed once. */
async function persist(path: string, body: object, key: string): Promise<PrintJob> {
  for (let tries = 0; ; tries++) {
    try {
      return (await ask<PrintJob>('POST', path, { body, key })).data
    } catch (error) {
      const ms = patience[tries]
      if (!(error instanceof ApiError) || error.status !== 0 || ms === undefined) throw error
      await pause(ms)
    }
  }
}

/** Follows a sheet for a moment, so that a printer that is off is told of at once and not after a look into the queue. */
async function follow(job: PrintJob): Promise<void> {
  for (const ms of [600, 1200, 2500]) {
    await pause(ms)
    const now = await get<PrintJob>(`/api/v1/print/queue/${job.id}`).catch(() => null)
    if (!now || now.state === 'done' || now.state === 'cancelled') break
    if (now.why) {
      note(t('printing.told', { printer: now.printer_name, why: now.why }))
      break
    }
  }
  void look()
}

/** Sends a record to a printer. False when it did not get through; asking again then prints it once. */
async function send(path: string, resource: string, id: number, printer: number): Promise<boolean> {
  const pending = `print:${resource}:${id}:${printer}`
  const key = tab.get(pending, '') || uuid()
  tab.set(pending, key)
  try {
    const job = await persist(`${path}/${id}/print-direct`, { printer, station }, key)
    tab.set(pending, null)
    say(t('printing.sent', { printer: job.printer_name }))
    open.value = Math.max(open.value, 1)
    void follow(job)
    return true
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 0) tab.set(pending, null)
    complain(error)
    return false
  }
}

/** A record that is to be printed: where its kind is asked for, and its id. */
export interface Sheet {
  path: string
  id: number
}

/** How a run of many is going, and whether it is to go on. */
export interface Run extends Patience {
  plain: boolean
  sent: (n: number) => void
}

/**
 * Sends many records to a printer, one after the other. The same ones asked for again in this tab before all got through (the
 * line broke, the page was loaded anew, it was stopped) go on under the same keys, so that none is printed twice.
 */
async function sendMany(sheets: Sheet[], printer: number, run: Run): Promise<void> {
  const pending = `print-run:${printer}:${run.plain}:${sheets.map((one) => one.id).join(',')}`
  const batch = tab.get(pending, '') || uuid()
  tab.set(pending, batch)
  let last: PrintJob | undefined
  let refused: ApiError | undefined
  let sent = 0
  for (const [i, one] of sheets.entries()) {
    const body = { printer, station, plain: run.plain }
    try {
      const job = await patiently(() => persist(`${one.path}/${one.id}/print-direct`, body, `${batch}:${one.id}`), run)
      if (!job) return
      last = job
      sent++
    } catch (error) {
      // One that may not be printed, or is gone, keeps nothing else from the printer.
      if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500) throw error
      refused ??= error
    }
    run.sent(i + 1)
  }
  tab.set(pending, null)
  if (refused) complain(refused)
  if (!last) return
  say(t('printing.sentMany', { n: sent, printer: last.printer_name }))
  open.value = Math.max(open.value, 1)
  void follow(last)
}

export function usePrinting() {
  return {
    station,
    at,
    open,
    printers: computed(() => at.value?.printers ?? []),
    /** The printer that this device remembers for a kind of sheet, 0 for the browser's dialog. */
    chosen: (resource: string) => at.value?.choices[resource] ?? 0,
    load,
    look,
    choose,
    send,
    sendMany,
  }
}
