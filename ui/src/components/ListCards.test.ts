// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Rec } from '@/api/contract'
import { plainResource } from '@/api/plain'
import { i18n, setLang } from '@/i18n'
import ListCards from './ListCards.vue'

vi.mock('@/lib/notify', () => ({ complain: vi.fn(), note: vi.fn(), say: vi.fn(), sure: vi.fn() }))

const items: Rec[] = [
  { id: 7, name: 'Alpha' },
  { id: 8, name: 'Beta' },
]

async function cards(more: { pickable: boolean; picking: boolean; chosen?: number[] }) {
  await setLang('en')
  const resource = plainResource({
    name: 'base.party',
    title: 'name',
    fields: [{ name: 'name', label: 'Name', kind: 'text', list: true }],
  })
  const chosen = new Set(more.chosen)
  return mount(ListCards, {
    props: { resource, columns: resource.fields, items, ...more, chosen },
    global: { plugins: [i18n] },
  })
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** What a finger does: it rests for a while, and the click comes when it is lifted. */
async function rest(list: Awaited<ReturnType<typeof cards>>, row: number, ms: number) {
  const card = list.findAll('.card')[row]!
  await card.trigger('pointerdown')
  vi.advanceTimersByTime(ms)
  await card.trigger('pointerup')
  await card.trigger('click')
  return [(list.emitted('open') ?? []).map((one) => (one[0] as Rec).id), list.emitted('pick') ?? []]
}

it('opens a row by a tap and ticks it by a long press', async () => {
  const list = await cards({ pickable: true, picking: false })
  expect(await rest(list, 0, 100)).toEqual([[7], []])
  expect(await rest(list, 1, 600)).toEqual([[7], [[8]]])
  expect(await rest(list, 1, 100)).toEqual([[7, 8], [[8]]])
})

it('only opens rows that nothing can be done with', async () => {
  const list = await cards({ pickable: false, picking: false })
  expect(await rest(list, 0, 600)).toEqual([[7], []])
})

it('ticks by a tap while rows are being chosen', async () => {
  const list = await cards({ pickable: true, picking: true, chosen: [8] })
  expect(list.findAll('.card').map((one) => one.attributes('aria-pressed'))).toEqual(['false', 'true'])
  expect(await rest(list, 0, 100)).toEqual([[], [[7]]])
})
