// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { plainResource } from '@/api/plain'
import type { ItemRow } from '@/api/counter'
import LineGrid from '@/components/LineGrid.vue'
import { useSheet, type Sheet } from '@/composables/useSheet'
import { i18n } from '@/i18n'
import { rowsOf } from '@/lib/sheet'
import { useSession } from '@/stores/session'

vi.mock('@/lib/notify', () => ({ say: vi.fn(), note: vi.fn(), complain: vi.fn(), sure: vi.fn(), sentence: String }))

interface Question {
  path: string
  query: Record<string, string>
  answer: (rows: ItemRow[]) => Promise<void>
}
const asked: Question[] = []
// Answers come as the network gives them: modules are shared with other tests of the same worker, so none is replaced.
const network = (address: string) =>
  new Promise<Response>((resolve) => {
    const url = new URL(address, 'http://here')
    asked.push({
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      answer: async (items) => {
        resolve(Response.json({ items, sheet: null }))
        await vi.advanceTimersByTimeAsync(0)
        await flushPromises()
        await flushPromises()
      },
    })
  })

const row = (id: number, name: string): ItemRow => ({
  id,
  code: `C${id}`,
  name,
  spec: '',
  model: '',
  material: '',
  brand: '',
  unit: '盒',
  pack: null,
  theirs: '',
  stock: '5',
  here: null,
  places: [],
  last: null,
  usual: null,
  facts: [],
})
const resource = plainResource({
  name: 'o',
  path: '/o',
  label: 'O',
  kind: 'document',
  can: ['create'],
  fields: [{ name: 'party', label: 'Party', kind: 'ref', ref: 'base.party' }],
  lines: [
    {
      name: 'lines',
      label: 'Lines',
      min: 1,
      fields: [
        { name: 'item', label: 'Item', kind: 'ref', ref: 'base.item', enter: true, required: true },
        { name: 'qty', label: 'Qty', kind: 'quantity', enter: true, required: true },
      ],
    },
  ],
})

let sheet: Sheet
let grid: VueWrapper

beforeEach(async () => {
  vi.useFakeTimers()
  setActivePinia(createPinia())
  vi.spyOn(useSession(), 'resource').mockReturnValue(resource)
  asked.length = 0
  vi.stubGlobal('fetch', network)
  sheet = useSheet(resource, null)
  sheet.start({ party: 7 }, true)
  grid = mount(LineGrid, {
    props: { sheet, set: resource.lines![0]! },
    global: { plugins: [i18n] },
    attachTo: document.body,
  })
  ;(grid.vm as unknown as { focusFirst: () => void }).focusFirst()
  await settled()
})
afterEach(() => {
  grid.unmount()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

async function settled() {
  await nextTick()
  await flushPromises()
}
const input = () => document.activeElement as HTMLInputElement
const here = () => input().closest<HTMLElement>('[data-cell]')?.dataset.cell
const shown = () => [...document.querySelectorAll('.panel .line .name')].map((one) => one.textContent)
const lines = () => rowsOf(sheet.rec.value, 'lines').map((one) => `${one.item ?? ''} ${one.qty ?? ''}`)

async function type(text: string) {
  input().value = text
  input().dispatchEvent(new Event('input', { bubbles: true }))
  await settled()
  vi.advanceTimersByTime(150)
  await settled()
}

/** Presses keys; false for the last when it did nothing but write a sign. */
async function press(...keys: string[]) {
  let plain = true
  for (const key of keys) {
    plain = input().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    await settled()
  }
  return plain
}

it('drops the answer to what is no longer typed', async () => {
  await type('M8')
  await type('M8 30')
  expect(asked.map((one) => [one.path, one.query.q, one.query.party])).toEqual([
    ['/api/v1/counter/items', 'M8', '7'],
    ['/api/v1/counter/items', 'M8 30', '7'],
  ])
  await asked[1]!.answer([row(2, 'right')])
  await asked[0]!.answer([row(1, 'stale')])
  expect(shown()).toEqual(['right'])
  await press('Enter')
  expect([lines(), here()]).toEqual([['2 ', ' '], '0/qty'])
})

it('takes several with quantities between lines that are there', async () => {
  sheet.fill('lines', 0, [
    { item: 8, qty: '1' },
    { item: 9, qty: '1' },
  ])
  await settled()
  ;(grid.vm as unknown as { focusCell: (key: number, name: string) => void }).focusCell(
    rowsOf(sheet.rec.value, 'lines')[0]!.$key,
    'item',
  )
  await settled()
  await type('bolt ')
  await asked[0]!.answer([row(1, 'a'), row(2, 'b'), row(3, 'c')])
  await press(' ', '2', '0', 'ArrowDown', 'ArrowDown', ' ', '7', '.', '5', '9', 'Backspace', 'ArrowUp', ' ')
  expect(document.querySelectorAll('.panel .line.marked')).toHaveLength(3)
  await press('Enter')
  expect(lines()).toEqual(['8 1', '1 20', '3 7.5', '2 1', '9 1', ' '])
  expect(here()).toBe('4/item')
  expect(document.querySelector('.panel')).toBeNull()
})

it('lets a blank between words and a digit of a word be what they are', async () => {
  await type('M8')
  await asked[0]!.answer([row(1, 'a'), row(2, 'b')])
  expect(await press(' ')).toBe(true)
  expect(await press('3')).toBe(true)
  await press('ArrowDown')
  expect(await press('3')).toBe(true) // nothing is marked there
  expect(await press(' ')).toBe(false)
  expect(await press('3')).toBe(false)
  await type('M8 3')
  expect(document.querySelectorAll('.panel .line.marked')).toHaveLength(1)
  expect(await press('0')).toBe(true) // typing again means the words
})

it('shows what is usual on F7, and Esc leaves everything as it was', async () => {
  await press('F7')
  expect(asked[0]!.path).toBe('/api/v1/counter/usual')
  await asked[0]!.answer([row(4, 'usual')])
  expect(shown()).toEqual(['usual'])
  await press(' ', 'Escape')
  expect([lines(), here(), document.querySelector('.panel')]).toEqual([[' '], '0/item', null])
  await press('F7')
  await asked[1]!.answer([row(4, 'usual')])
  await press('Enter')
  expect([lines()[0], here()]).toEqual(['4 ', '0/qty'])
})
