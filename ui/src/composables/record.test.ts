// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Rec } from '@/api/contract'
import { plainAction, plainResource } from '@/api/plain'
import { sure } from '@/lib/notify'
import { rowPath, rowsOf } from '@/lib/sheet'
import { useSession } from '@/stores/session'
import { useRecord } from './useRecord'
import { useSheet, type Sheet } from './useSheet'

// The dialogs of the component library have no part in this.
vi.mock('@/lib/notify', () => ({ say: vi.fn(), note: vi.fn(), complain: vi.fn(), sure: vi.fn(), sentence: String }))

const resource = plainResource({
  name: 'sales.order',
  path: '/api/v1/sales/orders',
  label: 'Order',
  kind: 'document',
  preview: true,
  can: ['create', 'update', 'delete'],
  states: [{ name: 'draft', label: 'Draft', tone: 'draft' }],
  actions: [plainAction({ name: 'confirm', label: 'Post', from: ['draft'], primary: true })],
  fields: [
    { name: 'date', label: 'Date', kind: 'date', default: '2026-11-21' },
    { name: 'memo', label: 'Memo', kind: 'text' },
    { name: 'amount', label: 'Amount', kind: 'amount', computed: true },
  ],
  lines: [{ name: 'lines', label: 'Lines', min: 0, fields: [{ name: 'quantity', label: 'Qty', kind: 'quantity' }] }],
})

interface Call {
  method: string
  path: string
  body: Rec
  key: string | undefined
  version: string | undefined
}

let calls: Call[]
let respond: (call: Call) => Promise<[number, unknown]> | [number, unknown]

beforeEach(() => {
  setActivePinia(createPinia())
  sessionStorage.clear()
  vi.useFakeTimers()
  calls = []
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>
    const call: Call = {
      method: init.method ?? 'GET',
      path,
      body: init.body ? (JSON.parse(String(init.body)) as Rec) : {},
      key: headers['Idempotency-Key'],
      version: headers['If-Match'],
    }
    calls.push(call)
    const [status, body] = await respond(call)
    return new Response(JSON.stringify(body), { status })
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function open(id: number | null) {
  const opened: number[] = []
  let sheet!: Sheet
  let record!: ReturnType<typeof useRecord>
  const page = mount(
    defineComponent({
      setup() {
        sheet = useSheet(resource, id)
        record = useRecord(sheet, (made) => opened.push(made))
        return () => h('div')
      },
    }),
  )
  return { sheet, record, opened, page }
}

const previewOf = (record: Rec): [number, unknown] => [200, { record, problems: [], actions: ['confirm'] }]

describe('what was typed into an older version', () => {
  const stored = { id: 7, version: 1, state: 'draft', memo: 'a', lines: [], $can: ['update'] }
  async function typedThenChanged(yes: boolean) {
    let now: Rec = stored
    respond = (call) => (call.path.endsWith('/preview') ? previewOf(call.body.record as Rec) : [200, now])
    const first = open(7)
    await first.record.load()
    first.sheet.setField('memo', 'mine')
    await vi.advanceTimersByTimeAsync(1000)
    first.page.unmount()
    now = { ...stored, version: 2, memo: 'theirs' }
    vi.mocked(sure).mockReset().mockResolvedValue(yes)
    const second = open(7)
    await second.record.load()
    return second
  }
  it('is asked about when it comes back: the stored version takes its place', async () => {
    const { sheet, record } = await typedThenChanged(true)
    expect([vi.mocked(sure).mock.calls.length, sheet.rec.value.memo, sheet.rec.value.version]).toEqual([1, 'theirs', 2])
    expect([sheet.dirty.value, record.restored.value, sheet.storedDraft()]).toEqual([false, false, null])
  })
  it('stays where the person wants it', async () => {
    const { sheet, record } = await typedThenChanged(false)
    expect([sheet.rec.value.memo, sheet.rec.value.version, record.restored.value]).toEqual(['mine', 1, true])
  })
})

describe('what was sent back', () => {
  const session = () => {
    const store = useSession()
    store.meta = {
      resources: {
        'approval.request': plainResource({
          name: 'approval.request',
          path: '/api/v1/approval/requests',
          label: 'R',
          fields: [],
        }),
      },
    } as never
  }

  it('a new record is typed again, and takes the place of its request', async () => {
    session()
    respond = (call) => {
      if (call.path.startsWith('/api/v1/approval/typed'))
        return [200, { record: { memo: 'x', lines: [{ id: 0, quantity: '2' }] }, typed: ['memo', 'lines'], version: 4 }]
      if (call.path.endsWith('/preview')) return previewOf(call.body.record as Rec)
      return [202, { waiting: true, detail: 'waits', record: {} }]
    }
    const { sheet, record, opened } = open(null)
    await record.load({ request: '31' })
    expect([sheet.rec.value.memo, rowsOf(sheet.rec.value, 'lines')[0]!.quantity]).toEqual(['x', '2'])
    sheet.setField('memo', 'y')
    await record.save()
    expect(
      calls.filter((one) => one.method === 'POST' && !one.path.endsWith('/preview')).map((one) => [one.path, one.body]),
    ).toEqual([
      ['/api/v1/sales/orders', { memo: 'y', lines: [{ quantity: '2' }] }],
      ['/api/v1/approval/requests/31/withdraw', {}],
    ])
    expect(opened).toEqual([0])
  })

  it('a change is typed again into the record as it stands', async () => {
    session()
    const stored = {
      id: 7,
      version: 3,
      state: 'draft',
      date: '2026-11-20',
      memo: 'a',
      lines: [{ id: 1, quantity: '2' }],
    }
    respond = (call) => {
      if (call.path.startsWith('/api/v1/approval/typed'))
        return [
          200,
          {
            record: {
              ...stored,
              memo: 'b',
              lines: [
                { id: 1, quantity: '5' },
                { id: 0, quantity: '6' },
              ],
            },
            typed: ['memo', 'lines'],
          },
        ]
      if (call.path.endsWith('/preview')) return previewOf({})
      return call.method === 'GET' ? [200, stored] : [202, { waiting: true, detail: 'waits', record: stored }]
    }
    const { sheet, record } = open(7)
    await record.load({ request: '31' })
    expect(sheet.dirty.value).toBe(true)
    await record.save()
    const patch = calls.find((one) => one.method === 'PATCH')!
    expect([patch.version, patch.body]).toEqual([
      '"3"',
      { memo: 'b', lines: [{ id: 1, quantity: '5' }, { quantity: '6' }] },
    ])
    expect(calls.some((one) => one.path.includes('withdraw'))).toBe(false)
  })
})

describe('saving', () => {
  it('a double click sends one request', async () => {
    respond = (call) => (call.path.endsWith('/preview') ? previewOf(call.body.record as Rec) : [201, { id: 9 }])
    const { sheet, record, opened } = open(null)
    await record.load()
    sheet.setField('memo', 'x')
    const results = await Promise.all([record.save(record.actions.value[0]), record.save(record.actions.value[0])])
    const posts = calls.filter((one) => !one.path.endsWith('/preview'))
    expect(results).toEqual([9, 0])
    expect(posts.map((one) => [one.method, one.path, one.body])).toEqual([
      ['POST', '/api/v1/sales/orders?action=confirm', { date: '2026-11-21', memo: 'x', lines: [] }],
    ])
    expect(posts[0]!.key).toMatch(/^[0-9a-f-]{36}$/)
    expect(opened).toEqual([9])
  })

  it('the same content after a failure carries the same key, changed content another', async () => {
    let status = 503
    respond = (call) => (call.path.endsWith('/preview') ? previewOf({}) : [status, { id: 9 }])
    const { sheet, record } = open(null)
    await record.load()
    sheet.setField('memo', 'x')
    await record.save()
    await record.save()
    status = 201
    sheet.setField('memo', 'y')
    await record.save()
    const keys = calls.filter((one) => !one.path.endsWith('/preview')).map((one) => one.key)
    expect(keys[0]).toBe(keys[1])
    expect(keys[2]).not.toBe(keys[0])
  })

  it('sends what changed with the version, and puts refusals at their cells', async () => {
    const stored = { id: 7, version: 3, state: 'draft', memo: 'a', lines: [{ id: 1, quantity: '2' }] }
    respond = (call) => {
      if (call.method === 'GET') return [200, stored]
      if (call.path.endsWith('/preview')) return previewOf({})
      return [422, { status: 422, detail: 'no', errors: [{ pointer: '/lines/1/quantity', detail: 'too much' }] }]
    }
    const { sheet, record } = open(7)
    await record.load()
    const blank = rowsOf(sheet.rec.value, 'lines')[1]!
    sheet.setCell('lines', blank.$key, 'quantity', '99')
    expect(await record.save()).toBe(0)
    const patch = calls.find((one) => one.method === 'PATCH')!
    expect([patch.path, patch.version, patch.body]).toEqual([
      '/api/v1/sales/orders/7',
      '"3"',
      { lines: [{ id: 1, quantity: '2' }, { quantity: '99' }] },
    ])
    expect([...sheet.shown.value.keys()]).toEqual([rowPath('lines', blank.$key, 'quantity')])
    expect(rowsOf(sheet.rec.value, 'lines').length).toBe(3)
  })
})

describe('preview', () => {
  it('waits for a pause in typing, and a stale answer is dropped', async () => {
    const answers: ((answer: [number, unknown]) => void)[] = []
    respond = (call) => (call.path.endsWith('/preview') ? new Promise((resolve) => answers.push(resolve)) : [200, {}])
    const { sheet, record } = open(null)
    await record.load()
    sheet.setField('memo', 'a')
    sheet.setField('memo', 'ab')
    await vi.advanceTimersByTimeAsync(260)
    sheet.setField('memo', 'abc')
    await vi.advanceTimersByTimeAsync(260)
    expect(calls.map((one) => (one.body.record as Rec).memo)).toEqual([undefined, 'ab', 'abc'])
    expect(calls.map((one) => one.body.changed)).toEqual(['', '/memo', '/memo'])
    answers[2]!(previewOf({ memo: 'ABC', amount: '3.00' }))
    await flushPromises()
    answers[1]!(previewOf({ memo: 'AB', amount: '2.00' }))
    await flushPromises()
    expect(sheet.rec.value.amount).toBe('3.00')
    expect(sheet.rec.value.memo).toBe('abc')
  })

  it('complains about untouched fields only after an attempt to save', async () => {
    respond = () => [200, { record: {}, problems: [{ pointer: '/memo', detail: 'needed' }], actions: [] }]
    const { sheet, record } = open(null)
    await record.load()
    await flushPromises()
    expect([...sheet.shown.value.keys()]).toEqual([])
    sheet.attempted.value = true
    expect([...sheet.shown.value.keys()]).toEqual(['memo'])
  })
})

it('what was typed survives a reload until it is saved or thrown away', async () => {
  respond = () => previewOf({})
  const first = open(null)
  await first.record.load()
  first.sheet.setField('memo', 'kept')
  first.sheet.setCell('lines', rowsOf(first.sheet.rec.value, 'lines')[0]!.$key, 'quantity', '5')
  await vi.advanceTimersByTimeAsync(500)
  first.page.unmount()

  const second = open(null)
  await second.record.load()
  expect(second.record.restored.value).toBe(true)
  expect(second.sheet.rec.value.memo).toBe('kept')
  expect(rowsOf(second.sheet.rec.value, 'lines').map((one) => one.quantity)).toEqual(['5', undefined])
  await second.record.discard()
  expect(second.sheet.rec.value.memo).toBeUndefined()

  const third = open(null)
  await third.record.load()
  expect(third.record.restored.value).toBe(false)
})
