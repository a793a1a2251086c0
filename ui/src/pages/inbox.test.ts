// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Rec, Resource } from '@/api/contract'
import { earlierSteps } from '@/api/approval'
import '@/components/approval/ApprovalDialog.vue'
import { actsOn } from '@/composables/useDecide'
import { i18n, setLang } from '@/i18n'
import { useSession } from '@/stores/session'
import InboxPage from './InboxPage.vue'

const told = vi.hoisted(() => ({ say: vi.fn(), note: vi.fn(), complain: vi.fn(), sure: vi.fn(), sentence: String }))
vi.mock('@/lib/notify', () => told)
// The dialog of the component library without its animation and its style sheet.
vi.mock('element-plus/es/components/dialog/style/css', () => ({}))
vi.mock('element-plus', async () => {
  const { defineComponent, h, watch } = await import('vue')
  const ElDialog = defineComponent({
    props: ['modelValue'],
    emits: ['closed', 'update:modelValue'],
    setup(props, { emit, slots }) {
      watch(
        () => props.modelValue,
        (shown) => shown || emit('closed'),
      )
      return () => h('div', slots.default?.())
    },
  })
  return { ElDialog }
})

interface Call {
  method: string
  path: string
  body: Rec
  version?: string
}

let calls: Call[]
let narrow: boolean
let answer: (call: Call) => [number, unknown]
let page: VueWrapper

const opinion = { name: 'opinion', label: '意见', kind: 'text' }
const deed = (id: number, name: string, more: object = {}) => ({
  path: `/api/v1/approval/requests/${id}/${name}`,
  label: name,
  version: 3,
  ...more,
})
const item = (id: number) => ({
  id,
  label: `采购订单 ${id}`,
  amount: '12500.00',
  facts: [{ label: '供应商', value: '宏发五金', kind: 'text' }],
  actions: [
    deed(id, 'agree', { primary: true, input: [opinion] }),
    deed(id, 'refuse', { danger: true, input: [{ ...opinion, required: true }] }),
    deed(id, 'comment', { input: [{ ...opinion, name: 'text' }] }),
    deed(id, 'mark_read'),
  ],
})

beforeEach(async () => {
  calls = []
  narrow = false
  for (const one of [told.say, told.note, told.complain]) one.mockClear()
  setActivePinia(createPinia())
  localStorage.clear()
  vi.stubGlobal('matchMedia', () => ({ matches: narrow, addEventListener() {}, removeEventListener() {} }))
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const version = (init.headers as Record<string, string>)['If-Match']
    const body = init.body ? (JSON.parse(String(init.body)) as Rec) : {}
    const call: Call = { method: init.method ?? 'GET', path, body, ...(version ? { version } : {}) }
    calls.push(call)
    const [status, data] = answer(call)
    return new Response(JSON.stringify(data), { status })
  })
  await setLang('zh')
})
afterEach(() => {
  page.unmount()
  vi.unstubAllGlobals()
})

async function open(roles: string[] = []) {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)*', component: { template: '<i />' } }],
  })
  const store = useSession()
  store.session = {
    setup_needed: false,
    loopback: false,
    version: '',
    user: { id: 5, name: '李', login: 'li', lang: 'zh', roles },
    company: null,
    need: '',
    second: false,
  }
  await router.push('/inbox')
  page = mount(InboxPage, { attachTo: document.body, global: { plugins: [router, i18n] } })
  await settle()
}

async function settle() {
  await flushPromises()
  await vi.dynamicImportSettled()
  await flushPromises()
}

const button = (text: string) => page.findAll('button').find((one) => one.text().startsWith(text))!

async function confirm(words?: string) {
  await vi.waitFor(() => expect(document.querySelector('.decide form')).not.toBeNull(), { timeout: 5000 })
  const area = document.querySelector<HTMLTextAreaElement>('.decide textarea')!
  if (words) {
    area.value = words
    area.dispatchEvent(new Event('input'))
  }
  document.querySelector('.decide form')!.dispatchEvent(new Event('submit', { cancelable: true }))
  await settle()
}

it('decides one with its version, and takes it out of the list', async () => {
  answer = ({ method }) => (method === 'GET' ? [200, { items: [item(1), item(2)], total: 2, next: null }] : [200, {}])
  await open()
  expect(page.findAll('article')).toHaveLength(2)
  await button('agree').trigger('click')
  await confirm('情况属实')
  await vi.waitFor(() => expect(page.findAll('article')).toHaveLength(1), { timeout: 5000 })
  expect(calls.slice(1)).toEqual([
    {
      method: 'POST',
      path: '/api/v1/approval/requests/1/agree',
      body: { opinion: '情况属实' },
      version: '"3"',
    },
  ])
  expect(useSession().waiting).toBe(1)
})

it('does not refuse without a reason', async () => {
  answer = () => [200, { items: [item(1)], total: 1 }]
  await open()
  await button('refuse').trigger('click')
  await confirm()
  expect(calls.filter((one) => one.method === 'POST')).toEqual([])
  expect(document.querySelector('.decide')!.textContent).toContain('请填写')
})

it('shows how it stands when somebody else was first', async () => {
  const detail = '已由 王芳 处理：同意'
  answer = ({ method }) => (method === 'GET' ? [200, { items: [item(1)], total: 1 }] : [422, { detail }])
  await open()
  await button('agree').trigger('click')
  await confirm()
  await vi.waitFor(() => expect(calls.filter((one) => one.method === 'GET')).toHaveLength(2), { timeout: 5000 })
  expect(String(told.complain.mock.calls[0]![0])).toContain(detail)
})

it('agrees to several with one opinion and names those that could not be', async () => {
  let left = [item(1), item(2), item(3)]
  answer = ({ method }) => {
    if (method === 'GET') return [200, { items: left, total: left.length }]
    left = [item(2)]
    const items = [
      { id: 1, ok: true },
      { id: 2, ok: false, detail: '已由 王芳 处理。' },
      { id: 3, ok: true },
    ]
    return [200, { items }]
  }
  await open()
  await page.find('.many input').trigger('change')
  await button('同意 3 条').trigger('click')
  await confirm('同意')
  await vi.waitFor(() => expect(page.findAll('article')).toHaveLength(1), { timeout: 5000 })
  expect(calls[1]).toEqual({
    method: 'POST',
    path: '/api/v1/approval/batch',
    body: { ids: [1, 2, 3], act: 'agree', opinion: '同意' },
  })
  expect(told.note.mock.calls[0]![0]).toBe('1 条没有完成： 采购订单 2：已由 王芳 处理。')
})

it('has the boxes, the last one for the administrator only', async () => {
  answer = () => [200, { items: [], total: 0 }]
  await open()
  const tabs = () => page.findAll('.tabs button').map((one) => one.text())
  expect(tabs()).toEqual(['待我审批', '我已处理', '我发起的', '抄送我的'])
  page.unmount()
  await open(['administrator'])
  expect(tabs()).toEqual(['待我审批', '我已处理', '我发起的', '抄送我的', '全部'])
  await button('抄送我的').trigger('click')
  await settle()
  expect(calls.at(-1)!.path).toBe('/api/v1/inbox?box=copied')
})

it('unfolds one card on a phone, with its buttons under the thumb', async () => {
  narrow = true
  answer = () => [200, { items: [item(1), item(2)], total: 2 }]
  await open()
  expect(page.findAll('dl')).toHaveLength(1)
  expect(page.findAll('.thumb .acts > .btn').map((one) => one.text())).toEqual(['agree', 'refuse', '更多 ▾'])
  await page.findAll('article')[1]!.find('.name').trigger('click')
  expect(page.findAll('article')[1]!.find('dl').exists()).toBe(true)
  expect(page.findAll('dl')).toHaveLength(1)
})

it('knows the earlier steps of the round, the nearest first', () => {
  const task = (node: string, name: string, round = 2, kind = 'approve') => ({ node, node_name: name, round, kind })
  const tasks = [
    task('9', '上一轮', 1),
    task('0', '部门'),
    task('0', '部门'),
    task('1', '财务'),
    task('2', '抄送', 2, 'copy'),
    task('3', '老板'),
  ]
  expect(earlierSteps({ round: 2, node_name: '老板', tasks } as unknown as Rec)).toEqual([
    { value: '1', label: '财务' },
    { value: '0', label: '部门' },
  ])
})

it('offers what the person may do with a request', () => {
  const actions = ['agree', 'refuse', 'withdraw', 'retry', 'comment'].map((name) => ({ name, label: name }))
  const of = { path: '/p', actions } as unknown as Resource
  const request = (state: string, part: object = {}) =>
    ({ id: 8, version: 2, state, initiator: 6, tasks: [{ assignee: 5, state: 'pending' }], ...part }) as unknown as Rec
  const names = (one: Rec, id: number, ...roles: string[]) =>
    actsOn(one, of, { id, roles, name: '', login: '', lang: 'zh' }).map((act) => act.path)
  expect(names(request('waiting'), 5)).toEqual(['/p/8/agree', '/p/8/refuse', '/p/8/comment'])
  expect(names(request('waiting'), 6)).toEqual(['/p/8/withdraw', '/p/8/comment'])
  expect(names(request('waiting'), 7)).toEqual([])
  expect(names(request('failed'), 6)).toEqual(['/p/8/retry', '/p/8/withdraw'])
  expect(names(request('failed'), 7)).toEqual([])
  expect(names(request('failed'), 7, 'administrator')).toEqual(['/p/8/retry', '/p/8/withdraw'])
  expect(names(request('applied'), 5)).toEqual([])
})
