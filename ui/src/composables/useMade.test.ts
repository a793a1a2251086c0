// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { createApp, defineComponent } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import { beforeEach, expect, it, vi } from 'vitest'
import type { Meta, Rec, Resource } from '@/api/contract'
import { plainResource } from '@/api/plain'
import { setLang } from '@/i18n'
import { useSession } from '@/stores/session'
import { useMade } from './useMade'

const told = vi.hoisted(() => ({ lead: vi.fn() }))
vi.mock('@/lib/notify', () => told)

const states: Resource['states'] = [
  { name: 'draft', label: 'Draft', tone: 'draft' },
  { name: 'posted', label: 'Posted', tone: 'live' },
]
const order = plainResource({ name: 'sales.order', label: 'Sales order', path: '/api/v1/sales/orders', states })
const delivery = plainResource({ name: 'stock.delivery', label: 'Delivery', path: '/api/v1/stock/deliveries', states })
const now = '2026-11-21T08:30:00.000Z'
const before = '2026-11-20T08:30:00.000Z'
let records: Record<string, Rec>

const hop = (id: number, state: string, label: string, kind = 'fulfils') => ({
  resource: kind === 'self' ? order.name : delivery.name,
  id,
  kind,
  kind_label: '',
  label,
  date: '2026-11-21',
  state,
  state_label: state === 'draft' ? 'Draft' : 'Posted',
  amount: '1250.50',
})

/** Makes deliveries of order 1 as they stand after an action and follows it, from the order's page or another one. */
async function follow(hops: ReturnType<typeof hop>[], at = '/r/sales.order/1'): Promise<string> {
  records = {
    '/api/v1/sales/orders/1/chain': { items: [hop(1, 'posted', 'SO1', 'self'), ...hops] },
    '/api/v1/sales/orders/1': { id: 1, updated_at: now },
    '/api/v1/stock/deliveries/8': { id: 8, created_at: before },
    '/api/v1/stock/deliveries/9': { id: 9, created_at: now },
    '/api/v1/stock/deliveries/10': { id: 10, created_at: now },
  }
  const router = createRouter({ history: createWebHistory(), routes: [{ path: '/:all(.*)*', component: {} }] })
  await router.push(at)
  let done: Promise<void> | undefined
  const page = defineComponent({
    setup() {
      done = useMade().follow(order, 1)
      return () => null
    },
  })
  createApp(page).use(router).mount(document.createElement('div'))
  await done
  return router.currentRoute.value.path
}

beforeEach(async () => {
  await setLang('en')
  setActivePinia(createPinia())
  useSession().meta = { resources: { [order.name]: order, [delivery.name]: delivery } } as unknown as Meta
  vi.clearAllMocks()
  vi.stubGlobal('fetch', async (url: string) => {
    const found = records[new URL(url, 'http://zg').pathname]
    return new Response(JSON.stringify(found ?? { status: 404 }), { status: found ? 200 : 404 })
  })
})

const links = () => (told.lead.mock.calls[0]![1] as { label: string; href: string }[]).map((one) => one.label)

it('goes to the one draft that was made, not to those there were', async () => {
  expect(await follow([hop(8, 'draft', ''), hop(9, 'draft', '')])).toBe('/r/stock.delivery/9')
  expect(told.lead).not.toHaveBeenCalled()
})

it('stays and links to what needs no more work', async () => {
  expect(await follow([hop(9, 'posted', 'DN9')])).toBe('/r/sales.order/1')
  expect(links()).toEqual(['Delivery DN9'])
})

it('links to several drafts, named by what they come to', async () => {
  expect(await follow([hop(9, 'draft', ''), hop(10, 'draft', '')])).toBe('/r/sales.order/1')
  expect(links()).toEqual(['Delivery Draft 1,250.50', 'Delivery Draft 1,250.50'])
})

it('takes nobody away who has gone on to another page', async () => {
  expect(await follow([hop(9, 'draft', 'DN9')], '/inbox')).toBe('/inbox')
  expect(links()).toEqual(['Delivery DN9'])
})

it('says nothing when nothing was made', async () => {
  expect(await follow([hop(8, 'draft', '')])).toBe('/r/sales.order/1')
  expect(told.lead).not.toHaveBeenCalled()
})
