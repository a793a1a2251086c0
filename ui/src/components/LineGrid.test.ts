// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { plainResource } from '@/api/plain'
import { useSheet, type Sheet } from '@/composables/useSheet'
import { i18n } from '@/i18n'
import { rowsOf } from '@/lib/sheet'
import LineGrid from './LineGrid.vue'
import LineStrip from './LineStrip.vue'

// The dialogs of the component library have no part in this.
vi.mock('@/lib/notify', () => ({ say: vi.fn(), note: vi.fn(), complain: vi.fn(), sure: vi.fn(), sentence: String }))

const resource = plainResource({
  name: 'o',
  path: '/o',
  label: 'O',
  kind: 'document',
  can: ['create'],
  fields: [],
  lines: [
    {
      name: 'lines',
      label: 'Lines',
      min: 0,
      fields: [
        { name: 'text', label: 'Text', kind: 'text', enter: true },
        { name: 'unit', label: 'Unit', kind: 'text', readonly: true },
        { name: 'quantity', label: 'Qty', kind: 'quantity', enter: true, total: true },
        { name: 'memo', label: 'Memo', kind: 'text' },
      ],
    },
  ],
})

let sheet: Sheet
let grid: VueWrapper

beforeEach(() => {
  setActivePinia(createPinia())
  sheet = useSheet(resource, null)
  sheet.start({}, true)
  grid = mount(LineGrid, {
    props: { sheet, set: resource.lines![0]! },
    global: { plugins: [i18n] },
    attachTo: document.body,
  })
})
afterEach(() => grid.unmount())

const here = () => (document.activeElement?.closest('[data-cell]') as HTMLElement | null)?.dataset.cell
const values = () => rowsOf(sheet.rec.value, 'lines').map((row) => [row.text ?? '', row.quantity ?? ''])

async function press(key: string, more: KeyboardEventInit = {}) {
  document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
  await nextTick()
  await flushPromises()
}

async function type(text: string) {
  const input = document.activeElement as HTMLInputElement
  input.value = text
  input.dispatchEvent(new Event('input'))
  await nextTick()
}

async function start() {
  ;(grid.vm as unknown as { focusFirst: () => void }).focusFirst()
  await flushPromises()
}

it('is written with the keyboard alone', async () => {
  await start()
  expect(here()).toBe('0/text')
  await type('a')
  await press('Enter')
  expect(here()).toBe('0/quantity')
  await type('1,000')
  await press('Enter')
  expect(here()).toBe('1/text')
  await type('b')
  await press('Enter')
  await type('2.5')
  expect(values()).toEqual([
    ['a', '1000'],
    ['b', '2.5'],
    ['', ''],
  ])
  expect(grid.find('tfoot').text()).toContain('1,002.5')
  await press('d', { ctrlKey: true })
  expect(here()).toBe('2/quantity')
  expect(values()[2]).toEqual(['b', '2.5'])
  await press('Insert')
  expect(values()[2]).toEqual(['', ''])
  await press('Delete', { ctrlKey: true })
  await press('ArrowUp')
  expect(here()).toBe('1/quantity')
  await press('Delete', { ctrlKey: true })
  expect(values()).toEqual([
    ['a', '1000'],
    ['b', '2.5'],
    ['', ''],
  ])
})

it('Enter on the empty last row leaves the lines', async () => {
  await start()
  await type('a')
  await press('Enter')
  await press('Enter')
  expect(here()).toBe('1/text')
  await press('Enter')
  expect(grid.emitted('leave')).toEqual([[false]])
})

it('takes a block pasted from a spreadsheet', async () => {
  await start()
  const event = new Event('paste', { bubbles: true, cancelable: true }) as Event & { clipboardData: unknown }
  event.clipboardData = { getData: () => 'a\t1\tx\r\nb\t2,000\ty\r\n' }
  document.activeElement!.dispatchEvent(event)
  await flushPromises()
  expect(rowsOf(sheet.rec.value, 'lines').map((row) => [row.text, row.quantity, row.memo])).toEqual([
    ['a', '1', 'x'],
    ['b', '2000', 'y'],
    [undefined, undefined, undefined],
  ])
  expect(here()).toBe('0/text')
})

it('draws only the rows in view of a long document', async () => {
  sheet.fill(
    'lines',
    0,
    Array.from({ length: 2000 }, (_, i) => ({ text: `row ${i}`, quantity: '1' })),
  )
  await nextTick()
  expect(rowsOf(sheet.rec.value, 'lines').length).toBe(2001)
  expect(grid.findAll('tbody tr').length).toBeLessThan(60)
  expect(grid.find('tfoot').text()).toContain('2,000')
})

it('stays in its column when another one comes before it', async () => {
  await start()
  await type('a')
  await press('Enter')
  await type('7')
  expect(grid.find('thead').text()).toBe('#TextQtyMemo')
  grid.findComponent(LineStrip).vm.$emit('toggle', 'unit')
  await flushPromises()
  expect(grid.find('thead').text()).toBe('#TextUnitQtyMemo')
  expect(here()).toBe('0/quantity')
  expect((document.activeElement as HTMLInputElement).value).toBe('7')
})

it('forgives the Enter that is pressed by habit behind ".."', async () => {
  await start()
  await type('a')
  await press('Enter')
  await type('5')
  await press('Enter')
  expect(here()).toBe('1/text')
  await type('.')
  ;(document.activeElement as HTMLInputElement).setSelectionRange(1, 1)
  await press('.')
  expect([here(), values()[1]![0]]).toEqual(['1/quantity', 'a'])
  await press('Enter')
  expect(here()).toBe('1/quantity')
  await type('7')
  await press('Enter')
  expect([here(), values()[1]]).toEqual(['2/text', ['a', '7']])
})
