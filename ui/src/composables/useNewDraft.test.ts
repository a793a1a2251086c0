// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Rec, Resource } from '@/api/contract'
import { plainAction, plainResource } from '@/api/plain'
import { choose, complain } from '@/lib/notify'
import { rowsOf } from '@/lib/sheet'
import { useRecord } from './useRecord'
import { useSheet, type Sheet } from './useSheet'

vi.mock('@/lib/notify', () => ({
  say: vi.fn(),
  note: vi.fn(),
  complain: vi.fn(),
  sure: vi.fn(),
  choose: vi.fn(),
  sentence: String,
}))

const sale = (part: Partial<Resource> = {}) =>
  plainResource({
    name: 'stock.delivery',
    path: '/api/v1/stock/deliveries',
    label: 'Delivery',
    kind: 'document',
    can: ['create', 'update', 'delete'],
    states: [
      { name: 'draft', label: 'Draft', tone: 'draft' },
      { name: 'posted', label: 'Posted', tone: 'live' },
    ],
    actions: [plainAction({ name: 'post', label: 'Post', from: ['draft'], primary: true })],
    fields: [
      { name: 'party', label: 'Customer', kind: 'ref', ref: 'base.party', required: true },
      { name: 'memo', label: 'Memo', kind: 'text' },
      { name: 'state', label: 'State', kind: 'enum', readonly: true },
    ],
    lines: [{ name: 'lines', label: 'Lines', min: 1, fields: [{ name: 'qty', label: 'Qty', kind: 'quantity' }] }],
    ...part,
  })

interface Call {
  method: string
  path: string
  body: Rec
  key: string
  version: string | undefined
}
let calls: Call[]
/** The records of a server that does each key once. */
let made: Rec[]
let done: Map<string, Rec>
/** What becomes of the next answers. */
let line: 'good' | 'lost' | 'refused'
/** What an answer waits for. */
let way: Promise<void>

function serve({ method, path, body, key }: Call): [number, unknown] {
  const before = done.get(key)
  if (before) return [200, before]
  if (method === 'POST' && line === 'refused') return [422, { errors: [{ pointer: '/memo', detail: 'no' }] }]
  const id = Number(/\/(\d+)/.exec(path.replace('/v1/', '/'))?.[1] ?? 7 + made.length)
  if (method === 'DELETE') {
    made = made.filter((one) => one.id !== id)
    return [204, null]
  }
  const old = made.find((one) => one.id === id)
  if (method === 'GET') return old ? [200, old] : [404, {}]
  const lines = (body.lines as Rec[] | undefined)?.map((one, i) => ({ ...one, id: one.id ?? 70 + i })) ?? old?.lines
  const state = path.endsWith('action=post') || path.endsWith('/post') ? 'posted' : 'draft'
  const now = { ...old, ...body, id, lines, state, version: Number(old?.version ?? 0) + 1, $can: ['update', 'delete'] }
  made = [...made.filter((one) => one.id !== id), now]
  done.set(key, now)
  return [old ? 200 : 201, now]
}

beforeEach(() => {
  setActivePinia(createPinia())
  sessionStorage.clear()
  localStorage.clear()
  vi.clearAllMocks()
  vi.useFakeTimers()
  calls = []
  made = []
  done = new Map()
  line = 'good'
  way = Promise.resolve()
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>
    const call = {
      method: init.method ?? 'GET',
      path,
      body: init.body ? (JSON.parse(String(init.body)) as Rec) : {},
      key: headers['Idempotency-Key'] ?? '',
      version: headers['If-Match'],
    }
    calls.push(call)
    const [status, body] = serve(call)
    await way
    if (line === 'lost') throw new TypeError('the line is cut')
    return new Response(status === 204 ? null : JSON.stringify(body), { status })
  })
})
let page: VueWrapper | undefined
afterEach(() => {
  page?.unmount()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function open(resource = sale(), id: number | null = null, arrived?: Promise<void>) {
  const opened: [number, boolean | undefined][] = []
  let sheet!: Sheet
  let record!: ReturnType<typeof useRecord>
  page?.unmount()
  page = mount(
    defineComponent({
      setup() {
        sheet = useSheet(resource, id)
        record = useRecord(sheet, (at, quietly) => (opened.push([at, quietly]), arrived))
        return () => h('div')
      },
    }),
  )
  await record.load()
  return { sheet, record, opened }
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const sent = (method: string) => calls.filter((one) => one.method === method)

function write(sheet: Sheet, qty = '5') {
  sheet.setField('party', 3, 'East')
  sheet.setCell('lines', rowsOf(sheet.rec.value, 'lines')[0]!.$key, 'qty', qty)
}

it('a new sheet becomes a draft once, and what is typed afterwards changes it', async () => {
  const { sheet, record, opened } = await open()
  write(sheet)
  await pass(7900)
  expect(calls).toEqual([])
  await pass(1000)
  expect(sent('POST').map((one) => one.body)).toEqual([{ party: 3, lines: [{ qty: '5' }] }])
  expect([opened, sheet.id, sheet.fresh.value, sheet.dirty.value]).toEqual([[[7, true]], 7, true, false])
  expect([rowsOf(sheet.rec.value, 'lines')[0]!.id, sheet.rec.value.version, record.autosaved.value !== '']).toEqual([
    70,
    1,
    true,
  ])
  expect([sheet.storedDraft(), sessionStorage.getItem('zg:draft::stock.delivery:new')]).toEqual([null, null])
  sheet.setField('memo', 'x')
  await pass(9000)
  expect(sent('PATCH').map((one) => [one.path, one.body, one.version])).toEqual([
    ['/api/v1/stock/deliveries/7', { memo: 'x' }, '"1"'],
  ])
  expect(made).toHaveLength(1)
})

it('posting straight afterwards posts that draft', async () => {
  const { sheet, record, opened } = await open()
  write(sheet)
  await pass(9000)
  expect(await record.save(record.actions.value[0])).toBe(7)
  expect([made.length, made[0]!.state, sent('POST').map((one) => one.path)]).toEqual([
    1,
    'posted',
    ['/api/v1/stock/deliveries', '/api/v1/stock/deliveries/7/post'],
  ])
  expect([opened, sheet.fresh.value]).toEqual([[[7, true]], false])
})

it('what is typed while it is on its way is not lost', async () => {
  const { sheet } = await open()
  write(sheet)
  let arrive = () => {}
  way = new Promise((go) => (arrive = go))
  await pass(9000)
  expect([made.length, sheet.id]).toEqual([1, null])
  sheet.setField('memo', 'later')
  arrive()
  await pass(100)
  expect([sheet.id, sheet.rec.value.memo, sheet.dirty.value]).toEqual([7, 'later', true])
  await pass(9000)
  expect([made.length, made[0]!.memo, sheet.dirty.value]).toEqual([1, 'later', false])
})

it.each([
  ['without a party', sale(), (sheet: Sheet) => sheet.setField('memo', 'x')],
  ['without a line', sale(), (sheet: Sheet) => sheet.setField('party', 3, 'East')],
  ['that may not be deleted again', sale({ can: ['create', 'update'] }), write],
  [
    'that still lacks what is given once',
    sale({
      fields: [...sale().fields, { name: 'source', label: 'Source', kind: 'ref', ref: 'stock.document', once: true }],
    }),
    write,
  ],
  ['that nobody buys', sale({ fields: sale().fields.slice(1) }), write],
])('a new sheet %s stays in the browser', async (_, resource, type) => {
  const { sheet } = await open(resource)
  type(sheet)
  await pass(20000)
  expect([calls, sheet.id, sheet.storedDraft() !== null]).toEqual([[], null, true])
})

it('what the server refuses stays in the browser without a word until it is changed', async () => {
  const { sheet } = await open()
  line = 'refused'
  write(sheet)
  await pass(30000)
  expect([sent('POST').length, sheet.id, sheet.shown.value.size, vi.mocked(complain).mock.calls.length]).toEqual([
    1,
    null,
    0,
    0,
  ])
  expect(sheet.storedDraft()?.sent).toBe(null)
  line = 'good'
  sheet.setField('memo', 'y')
  await pass(9000)
  expect([made.length, sheet.id]).toEqual([1, 7])
})

it('an answer that was lost before a reload is asked for again: there is one draft, and posting posts it', async () => {
  const first = await open()
  line = 'lost'
  write(first.sheet)
  await pass(9000)
  expect([made.length, first.sheet.id]).toEqual([1, null])
  line = 'good'
  const { sheet, record, opened } = await open()
  expect([record.restored.value, sheet.rec.value.party]).toEqual([true, 3])
  sheet.setField('memo', 'after the reload')
  await record.save(record.actions.value[0])
  expect(sent('POST').map((one) => one.key === sent('POST')[0]!.key)).toEqual([true, true])
  expect([made.length, made[0]!.state, made[0]!.memo, opened]).toEqual([
    1,
    'posted',
    'after the reload',
    [[7, undefined]],
  ])
})

it('a post that was lost before a reload is never finished by itself, and posts once when it is pressed again', async () => {
  const first = await open()
  write(first.sheet)
  line = 'lost'
  await first.record.save(first.record.actions.value[0])
  line = 'good'
  const { record } = await open()
  const hidden = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  document.dispatchEvent(new Event('visibilitychange'))
  hidden.mockRestore()
  await pass(20000)
  expect(calls).toHaveLength(1)
  expect(await record.save(record.actions.value[0])).toBe(7)
  expect([made.length, made[0]!.state, calls[1]!.key === calls[0]!.key]).toEqual([1, 'posted', true])
})

it('giving up what was brought back takes the draft with it that may have arrived', async () => {
  const first = await open()
  line = 'lost'
  write(first.sheet)
  await pass(9000)
  line = 'good'
  const { sheet, record } = await open()
  expect(await record.discard()).toBe(true)
  expect([made, sheet.id, sheet.dirty.value, sheet.storedDraft()]).toEqual([[], null, false, null])
})

it('who leaves a draft that came of itself is asked once whether it is wanted', async () => {
  const { sheet, record } = await open()
  write(sheet)
  await pass(9000)
  vi.mocked(choose).mockResolvedValueOnce(null)
  expect([await record.leave(), made.length]).toEqual([false, 1])
  vi.mocked(choose).mockResolvedValueOnce('yes')
  expect([await record.leave(), made.length, await record.leave()]).toEqual([true, 1, true])
  expect(vi.mocked(choose)).toHaveBeenCalledTimes(2)
})

it('who does not want it leaves nothing behind', async () => {
  const { sheet, record } = await open()
  write(sheet)
  await pass(9000)
  sheet.removeRow('lines', 0)
  vi.mocked(choose).mockResolvedValueOnce('no')
  expect([await record.leave(), made, sheet.dirty.value, localStorage.length]).toEqual([true, [], false, 0])
})

it('a browser that was closed after the sheet became a draft goes on in that draft', async () => {
  const counter = () => sale({ fields: [...sale().fields, { name: 'paid_now', label: 'Paid', kind: 'amount' }] })
  const first = await open(counter())
  write(first.sheet)
  await pass(9000)
  first.sheet.setField('memo', 'the last words')
  await pass(1000)
  // The tab is killed: nothing of it is left but what the machine keeps.
  const dead = page!
  page = undefined
  sessionStorage.clear()
  const kept = localStorage.getItem('zg:left::0:stock.delivery')!
  first.sheet.grown.value = false
  localStorage.setItem('zg:left::0:stock.delivery', kept)
  const loading = open(counter())
  await pass(1000)
  const { opened } = await loading
  expect(opened).toEqual([[7, undefined]])
  expect(JSON.parse(sessionStorage.getItem('zg:draft::stock.delivery:7')!).rec.memo).toBe('the last words')
  expect([made.length, localStorage.getItem('zg:left::0:stock.delivery')]).toEqual([1, null])
  dead.unmount()
})

it('a reload before the page has the address of its draft leads there; afterwards a new sheet is a new one', async () => {
  const counter = () => sale({ fields: [...sale().fields, { name: 'paid_now', label: 'Paid', kind: 'amount' }] })
  let arrive = () => {}
  const first = await open(counter(), null, new Promise((go) => (arrive = go)))
  write(first.sheet)
  await pass(9000)
  const kept = localStorage.getItem('zg:left::0:stock.delivery')!
  page!.unmount()
  page = undefined
  localStorage.setItem('zg:left::0:stock.delivery', kept)
  expect((await open(counter())).opened).toEqual([[7, undefined]])
  localStorage.setItem('zg:left::0:stock.delivery', kept)
  arrive()
  await flushPromises()
  expect((await open(counter())).opened).toEqual([])
  expect(made).toHaveLength(1)
})

it('a change whose answer was lost before a reload is not taken for somebody else’s', async () => {
  const first = await open()
  write(first.sheet)
  await pass(9000)
  line = 'lost'
  first.sheet.setField('memo', 'on its way')
  await pass(9000)
  expect([made[0]!.memo, made[0]!.version]).toEqual(['on its way', 2])
  line = 'good'
  const { sheet, record } = await open(sale(), 7)
  expect([record.restored.value, sheet.rec.value.memo]).toEqual([true, 'on its way'])
  sheet.setField('memo', 'and on')
  expect(await record.save()).toBe(7)
  expect([made.length, made[0]!.memo, sent('PATCH').map((one) => one.version)]).toEqual([
    1,
    'and on',
    ['"1"', '"1"', '"2"'],
  ])
})

it('a page that was left while it was on its way does not begin a second one', async () => {
  const { sheet } = await open()
  write(sheet)
  let arrive = () => {}
  way = new Promise((go) => (arrive = go))
  await pass(9000)
  page!.unmount()
  page = undefined
  arrive()
  await flushPromises()
  const { record, opened } = await open()
  expect([made.length, record.restored.value, opened]).toEqual([1, false, []])
})
