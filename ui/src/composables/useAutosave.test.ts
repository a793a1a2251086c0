// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Rec } from '@/api/contract'
import { plainAction, plainResource } from '@/api/plain'
import { rowsOf } from '@/lib/sheet'
import { useRecord } from './useRecord'
import { useSheet, type Sheet } from './useSheet'

vi.mock('@/lib/notify', () => ({ say: vi.fn(), note: vi.fn(), complain: vi.fn(), sure: vi.fn(), sentence: String }))

const states = [
  { name: 'draft', label: 'Draft', tone: 'draft' as const },
  { name: 'posted', label: 'Posted', tone: 'live' as const },
]
const resource = plainResource({
  name: 'stock.delivery',
  path: '/api/v1/stock/deliveries',
  label: 'Delivery',
  kind: 'document',
  can: ['create', 'update'],
  states,
  actions: [plainAction({ name: 'post', label: 'Post', from: ['draft'], primary: true })],
  fields: [
    { name: 'memo', label: 'Memo', kind: 'text' },
    { name: 'gross', label: 'Total', kind: 'amount', computed: true },
  ],
  lines: [{ name: 'lines', label: 'Lines', min: 0, fields: [{ name: 'qty', label: 'Qty', kind: 'quantity' }] }],
})

interface Call {
  method: string
  body: Rec
  key: string | undefined
  version: string | undefined
}
let patches: Call[]
let answer: (call: Call) => Promise<[number, unknown]> | [number, unknown]
let stored: Rec

beforeEach(() => {
  setActivePinia(createPinia())
  sessionStorage.clear()
  vi.useFakeTimers()
  patches = []
  stored = {
    id: 7,
    version: 1,
    state: 'draft',
    memo: '',
    gross: '0.00',
    lines: [{ id: 70, qty: '1' }],
    $can: ['update'],
  }
  // A server that stores what it is sent, numbers new lines and says the total.
  answer = ({ body }) => {
    const lines =
      (body.lines as Rec[] | undefined)?.map((line, i) => ({ ...line, id: line.id ?? 80 + i })) ?? stored.lines
    stored = { ...stored, ...body, lines, version: Number(stored.version) + 1, gross: '9.00' }
    return [200, stored]
  }
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>
    if (init.method !== 'PATCH') return new Response(JSON.stringify(stored))
    const call = {
      method: 'PATCH',
      body: JSON.parse(String(init.body)) as Rec,
      key: headers['Idempotency-Key'],
      version: headers['If-Match'],
    }
    patches.push(call)
    const [status, body] = await answer(call)
    return new Response(JSON.stringify(body), { status })
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function open() {
  let sheet!: Sheet
  let record!: ReturnType<typeof useRecord>
  const page = mount(
    defineComponent({
      setup() {
        sheet = useSheet(resource, 7)
        record = useRecord(sheet, () => {})
        return () => h('div')
      },
    }),
  )
  await record.load()
  return { sheet, record, page }
}
const row = (sheet: Sheet, at: number) => rowsOf(sheet.rec.value, 'lines')[at]!
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

it('saves a draft when nobody typed for a while, and gives its lines their ids', async () => {
  const { sheet, record } = await open()
  sheet.setField('memo', 'x')
  sheet.setCell('lines', row(sheet, 1).$key, 'qty', '5')
  await pass(5000)
  sheet.setField('memo', 'xy')
  await pass(8000)
  expect(patches).toHaveLength(0)
  await pass(500)
  expect(patches.map((one) => [one.body, one.version])).toEqual([
    [{ memo: 'xy', lines: [{ id: 70, qty: '1' }, { qty: '5' }] }, '"1"'],
  ])
  expect([row(sheet, 1).id, sheet.rec.value.gross, sheet.rec.value.version]).toEqual([81, '9.00', 2])
  expect([sheet.dirty.value, sheet.storedDraft(), record.autosaved.value !== '']).toEqual([false, null, true])
  // The next change goes on from what is stored.
  sheet.setCell('lines', row(sheet, 1).$key, 'qty', '6')
  await pass(9000)
  expect(patches[1]!.body).toEqual({
    lines: [
      { id: 70, qty: '1' },
      { id: 81, qty: '6' },
    ],
  })
  expect(patches[1]!.version).toBe('"2"')
})

it('keeps what is typed while the answer is on its way, also of a new line', async () => {
  const { sheet } = await open()
  let arrive = () => {}
  const store = answer
  answer = async (call) => {
    const out = store(call)
    await new Promise<void>((done) => (arrive = done))
    return out
  }
  sheet.setCell('lines', row(sheet, 1).$key, 'qty', '5')
  await pass(9000)
  sheet.setCell('lines', row(sheet, 1).$key, 'qty', '50')
  sheet.setField('memo', 'later')
  sheet.setCell('lines', row(sheet, 2).$key, 'qty', '3')
  answer = store
  arrive()
  await flushPromises()
  expect([row(sheet, 1).id, row(sheet, 1).qty, sheet.rec.value.memo, sheet.dirty.value]).toEqual([
    81,
    '50',
    'later',
    true,
  ])
  await pass(9000)
  expect(patches[1]!.body).toEqual({
    memo: 'later',
    lines: [{ id: 70, qty: '1' }, { id: 81, qty: '50' }, { qty: '3' }],
  })
  expect([patches.length, sheet.dirty.value]).toEqual([2, false])
})

it('a line taken away meanwhile is taken away on the server next', async () => {
  const { sheet } = await open()
  let arrive = () => {}
  const store = answer
  answer = async (call) => {
    const out = store(call)
    await new Promise<void>((done) => (arrive = done))
    return out
  }
  sheet.setCell('lines', row(sheet, 1).$key, 'qty', '5')
  await pass(9000)
  sheet.removeRow('lines', 1)
  answer = store
  arrive()
  await flushPromises()
  sheet.setField('memo', 'z')
  await pass(9000)
  expect(patches[1]!.body).toEqual({ memo: 'z', lines: [{ id: 70, qty: '1' }] })
})

it('leaves alone what is wrong, posted, modified or closed', async () => {
  const { sheet, page } = await open()
  sheet.setField('memo', 'x')
  sheet.refuse([{ code: 'x', detail: 'no', level: 'error', pointer: '/memo' } as never], {})
  await pass(9000)
  expect(patches).toHaveLength(0)
  stored = { ...stored, state: 'posted' }
  sheet.setField('memo', 'y')
  sheet.rec.value.state = 'posted'
  await pass(9000)
  sheet.rec.value.state = 'draft'
  sheet.setField('memo', 'w')
  page.unmount()
  await pass(9000)
  expect(patches).toHaveLength(0)
})

it('shows what the server made of it where its lines are others', async () => {
  const { sheet } = await open()
  answer = () => [200, { ...stored, version: 2, memo: 'x', lines: [] }]
  sheet.setField('memo', 'x')
  await pass(9000)
  expect([
    rowsOf(sheet.rec.value, 'lines').filter((one) => one.id),
    sheet.rec.value.version,
    sheet.dirty.value,
  ]).toEqual([[], 2, false])
})

it('ends where somebody else changed the draft; the own save tells of it', async () => {
  const { sheet } = await open()
  answer = () => [409, { code: 'version.conflict', detail: 'changed meanwhile' }]
  sheet.setField('memo', 'x')
  await pass(9000)
  sheet.setField('memo', 'xy')
  await pass(9000)
  expect([patches.length, sheet.dirty.value, sheet.rec.value.memo]).toEqual([1, true, 'xy'])
})

it('a save that was pressed waits for it and sends the rest', async () => {
  const { sheet, record } = await open()
  sheet.setField('memo', 'x')
  await pass(8500)
  sheet.setField('memo', 'xy')
  const saved = record.save()
  await pass(100)
  expect([await saved, stored.memo, sheet.dirty.value]).toEqual([7, 'xy', false])
  await pass(20000)
  expect(patches).toHaveLength(2)
})

it('is saved when the page goes out of sight', async () => {
  const { sheet } = await open()
  sheet.setField('memo', 'x')
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  document.dispatchEvent(new Event('visibilitychange'))
  await pass(100)
  expect([patches.length, stored.memo]).toEqual([1, 'x'])
})
