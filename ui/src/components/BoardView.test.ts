// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createRouter, createWebHistory } from 'vue-router'
import type { Meta, Rec } from '@/api/contract'
import { plainAction, plainResource } from '@/api/plain'
import { i18n, setLang } from '@/i18n'
import { parseFilter } from '@/lib/filters'
import { useSession } from '@/stores/session'
import BoardView from './BoardView.vue'

const told = vi.hoisted(() => ({ complain: vi.fn(), note: vi.fn(), say: vi.fn(), sure: vi.fn() }))
vi.mock('@/lib/notify', () => ({ ...told, sentence: String }))

const stage = plainResource({
  name: 'crm.stage',
  path: '/api/v1/crm/stages',
  title: 'name',
  fields: [
    { name: 'name', label: 'Name', kind: 'text' },
    { name: 'position', label: 'Order', kind: 'int', sort: true },
  ],
})
const deal = plainResource({
  name: 'crm.opportunity',
  path: '/api/v1/crm/opportunities',
  title: 'name',
  states: [
    { name: 'open', label: 'Open', tone: 'live' },
    { name: 'won', label: 'Won', tone: 'closed' },
  ],
  actions: [
    plainAction({
      name: 'move',
      label: 'Move',
      from: ['open'],
      input: [{ name: 'stage', label: 'Stage', kind: 'ref', ref: 'crm.stage', required: true }],
    }),
  ],
  fields: [
    { name: 'name', label: 'Name', kind: 'text' },
    { name: 'customer', label: 'Customer', kind: 'ref', ref: 'base.party' },
    { name: 'stage', label: 'Stage', kind: 'ref', ref: 'crm.stage' },
    { name: 'amount', label: 'Amount', kind: 'amount' },
    { name: 'expected', label: 'Expected', kind: 'date' },
    { name: 'owner', label: 'Owner', kind: 'ref', ref: 'base.person' },
  ],
  board: { column: 'stage', act: 'move', total: 'amount', facts: ['customer', 'expected', 'owner'], open: ['open'] },
})

let cards: Rec[]
let answer: (call: { method: string; path: string; query: URLSearchParams; body: Rec }) => [number, unknown] | undefined
let asked: string[]
let page: VueWrapper
let narrow = false

const card = (id: number, stage: number, more: object = {}): Rec => ({
  id,
  version: 3,
  state: 'open',
  name: `Deal ${id}`,
  stage,
  customer: 1,
  amount: '100.00',
  expected: '2026-12-01',
  owner: 2,
  $labels: { customer: 'Alpha', owner: 'Anna' },
  ...more,
})

function served(path: string, query: URLSearchParams): unknown {
  if (path === stage.path) {
    const items = [
      { id: 11, name: 'First', position: 1 },
      { id: 12, name: 'Second', position: 2 },
      { id: 13, name: 'Gone', position: 3, active: false },
    ]
    return { items, next: null }
  }
  const own = cards.filter((one) =>
    query
      .getAll('filter')
      .map((text) => parseFilter(text)!)
      .every(({ field, op, value }) =>
        op === 'empty' ? !one[field] : value.split(',').includes(String(one[field] ?? '')),
      ),
  )
  const from = Number(query.get('cursor') ?? 0)
  const to = from + Number(query.get('limit'))
  return {
    items: own.slice(from, to),
    next: to < own.length ? String(to) : null,
    total: own.length,
    totals: { amount: `${own.length * 100}.00` },
  }
}

beforeEach(async () => {
  await setLang('zh')
  setActivePinia(createPinia())
  vi.clearAllMocks()
  asked = []
  answer = () => undefined
  narrow = false
  vi.stubGlobal('matchMedia', () => ({ matches: narrow, addEventListener: vi.fn(), removeEventListener: vi.fn() }))
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const at = new URL(url, 'http://zg')
    const body = init.body ? (JSON.parse(String(init.body)) as Rec) : {}
    const version = (init.headers as Record<string, string>)['If-Match'] ?? ''
    if (init.method !== 'GET') asked.push(`${init.method} ${at.pathname} ${version} ${JSON.stringify(body)}`)
    const call = { method: String(init.method), path: at.pathname, query: at.searchParams, body }
    const [status, data] = answer(call) ?? [200, served(at.pathname, at.searchParams)]
    return new Response(JSON.stringify(data), { status })
  })
})
afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
})

async function open(filters: string[] = []) {
  const store = useSession()
  store.meta = { resources: { [deal.name]: deal, [stage.name]: stage } } as unknown as Meta
  const router = createRouter({ history: createWebHistory(), routes: [{ path: '/:all(.*)*', component: {} }] })
  page = mount(BoardView, {
    props: {
      resource: deal,
      question: { q: '', filter: filters, sort: '' },
      filters: filters.map((one) => parseFilter(one)!),
    },
    global: { plugins: [i18n, router] },
  })
  await flushPromises()
}

/** "First 2 200.00: Deal 1, Deal 2" for each column. */
const seen = () =>
  page.findAll('section').map((one) => {
    const head = one.find('.head').text().replaceAll(/\s+/g, ' ')
    return `${head}: ${one
      .findAll('.title')
      .map((title) => title.text())
      .join(', ')}`
  })

async function drag(name: string, column: string) {
  const from = page.findAll('.card').find((one) => one.find('.title').text() === name)!
  const to = page.findAll('section').find((one) => one.attributes('aria-label') === column)!
  await from.trigger('dragstart')
  await to.trigger('dragover')
  await to.trigger('drop')
}

it('has a column for each record the field refers to, with what stands in it', async () => {
  cards = [card(1, 11), card(2, 11), card(3, 12), card(4, 12, { state: 'won' })]
  await open()
  expect(seen()).toEqual(['First2200.00: Deal 1, Deal 2', 'Second1100.00: Deal 3'])
  expect(page.find('.card').text().replaceAll(/\s+/g, ' ')).toBe('Deal 1⇄AlphaExpected 2026-12-01Anna100.00')
})

it('shows a column out of use, or none at all, only while cards are left there', async () => {
  cards = [card(1, 13), card(2, 0)]
  await open()
  expect(seen()).toEqual(['未分列1100.00: Deal 2', 'First00.00: ', 'Second00.00: ', 'Gone1100.00: Deal 1'])
})

it('shows closed cards when the conditions ask for them, and they stay where they are', async () => {
  cards = [card(1, 11), card(2, 11, { state: 'won' })]
  await open(['state:in:won'])
  expect(seen()).toEqual(['First1100.00: Deal 2', 'Second00.00: '])
  expect(page.find('.card').attributes('draggable')).toBe('false')
  expect(page.find('.card .to').exists()).toBe(false)
})

it('moves a card at once, then shows what the server made of it', async () => {
  cards = [card(1, 11), card(2, 11), card(3, 12)]
  await open()
  let free = () => {}
  const waits = new Promise<void>((resolve) => (free = resolve))
  const fetched = globalThis.fetch
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    if (init.method === 'POST') {
      cards[0] = card(1, 12, { version: 4, amount: '250.00' })
      await waits
    }
    return fetched(url, init)
  })
  answer = ({ method }) => (method === 'POST' ? [200, cards[0]] : undefined)
  await drag('Deal 1', 'Second')
  expect(seen()).toEqual(['First1100.00: Deal 2', 'Second2200.00: Deal 1, Deal 3'])
  free()
  await flushPromises()
  expect(asked).toEqual(['POST /api/v1/crm/opportunities/1/move "3" {"stage":12}'])
  expect(seen()).toEqual(['First1100.00: Deal 2', 'Second2200.00: Deal 1, Deal 3'])
  expect(page.findAll('section')[1]!.find('.sum').text()).toBe('200.00')
  expect(page.findAll('section')[1]!.find('.card .sum').text()).toBe('250.00')
})

it('puts a card back where it was when the server refuses', async () => {
  cards = [card(1, 11), card(2, 11)]
  await open()
  answer = ({ method }) => (method === 'POST' ? [422, { status: 422, detail: 'A quotation is missing.' }] : undefined)
  await drag('Deal 2', 'Second')
  await flushPromises()
  expect(seen()).toEqual(['First2200.00: Deal 1, Deal 2', 'Second00.00: '])
  expect(String(told.complain.mock.calls[0]![0])).toContain('A quotation is missing.')
})

it('shows a card that somebody else changed as it is now', async () => {
  cards = [card(1, 11), card(2, 11)]
  await open()
  answer = ({ method, path }) => {
    if (method === 'POST') {
      cards[1] = card(2, 12, { version: 9, name: 'Renamed' })
      return [409, { status: 409, detail: 'changed meanwhile' }]
    }
    return path.endsWith('/2') ? [200, cards[1]] : undefined
  }
  await drag('Deal 2', 'Second')
  await flushPromises()
  expect(seen()).toEqual(['First1100.00: Deal 1', 'Second1100.00: Renamed'])
  expect(told.note).toHaveBeenCalledWith('「Deal 2」刚被别人改过，现在显示的是最新内容。看一眼再移。')
  expect(told.complain).not.toHaveBeenCalled()
})

it('takes a card away that has gone, and one that is closed by the move', async () => {
  cards = [card(1, 11), card(2, 11)]
  await open()
  answer = ({ method, path }) => {
    if (method === 'GET') return path.endsWith('/2') ? [404, { status: 404, detail: 'gone' }] : undefined
    if (path.includes('/2/')) {
      cards = cards.filter((one) => one.id !== 2)
      return [404, { status: 404, detail: 'gone' }]
    }
    cards = []
    return [200, card(1, 12, { state: 'won' })]
  }
  await drag('Deal 2', 'Second')
  await flushPromises()
  expect(seen()).toEqual(['First1100.00: Deal 1', 'Second00.00: '])
  await drag('Deal 1', 'Second')
  await flushPromises()
  expect(seen()).toEqual(['First00.00: ', 'Second00.00: '])
})

it('leaves a card that waits for approval where it was', async () => {
  cards = [card(1, 11)]
  await open()
  answer = ({ method }) => (method === 'POST' ? [202, { waiting: true, detail: 'waits', record: cards[0] }] : undefined)
  await drag('Deal 1', 'Second')
  await flushPromises()
  expect(seen()).toEqual(['First1100.00: Deal 1', 'Second00.00: '])
  expect(told.note).toHaveBeenCalledWith('waits')
})

it('reads twenty cards of a column and more when asked', async () => {
  cards = Array.from({ length: 45 }, (_, i) => card(i + 1, 11))
  await open()
  const count = () => page.findAll('.card').length
  expect([count(), page.find('.head').text().replaceAll(/\s+/g, ' ')]).toEqual([20, 'First454,500.00'])
  await page.find('.more').trigger('click')
  await flushPromises()
  expect(count()).toBe(40)
  await page.find('.more').trigger('click')
  await flushPromises()
  expect([count(), page.find('.more').exists()]).toEqual([45, false])
})

it('moves by the menu of a card, for keyboard and phone', async () => {
  narrow = true
  cards = [card(1, 11), card(2, 12)]
  await open()
  expect(page.findAll('.tabs button').map((one) => one.text())).toEqual(['First1', 'Second1'])
  expect(seen()).toEqual(['100.00: Deal 1'])
  expect(page.find('.card').attributes('draggable')).toBe('false')
  answer = ({ method }) => {
    if (method !== 'POST') return undefined
    cards[0] = card(1, 12, { version: 4 })
    return [200, cards[0]]
  }
  await page.find('.to').trigger('click')
  const items = () => Array.from(document.querySelectorAll<HTMLElement>('.pop .menu-item'))
  expect(items().map((one) => one.textContent?.trim())).toEqual(['Second'])
  items()[0]!.click()
  await flushPromises()
  expect(seen()).toEqual(['0.00: '])
  await page.findAll('.tabs button')[1]!.trigger('click')
  expect(seen()).toEqual(['200.00: Deal 1, Deal 2'])
})
