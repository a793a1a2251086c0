// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { nextTick, reactive } from 'vue'
import { expect, it, vi } from 'vitest'
import { i18n, setLang } from '@/i18n'
import type { Design, Entry } from '@/lib/design'
import PaperList from './PaperList.vue'
import PaperSettings from './PaperSettings.vue'

vi.mock('@/api/client', () => ({
  ask: vi.fn(),
  get: () => Promise.resolve({ logo: '', pay: '' }),
  setClient: vi.fn(),
}))
vi.mock('@/lib/notify', () => ({ complain: vi.fn() }))

function design(size: number, x: number): Design {
  const part = { top: 500, right: 1400, bottom: 400, left: 1400, title: '', pay_text: '' }
  return { ...part, size, heading: 160, shift: { x, y: 0 }, logo: x > 0, pay: false } as unknown as Design
}

it('another paper shows the numbers of that paper, and what is typed goes to it', async () => {
  await setLang('en')
  const first = reactive(design(100, 600)) as Design
  const second = reactive(design(90, 0)) as Design
  const page = mount(PaperSettings, { props: { design: first, wrong: new Set<string>() }, global: { plugins: [i18n] } })
  const shown = () => page.findAll('input[type=number]').map((one) => (one.element as HTMLInputElement).value)
  expect(shown()).toEqual(['10', '16', '5', '14', '4', '14', '6', '0'])
  await page.setProps({ design: second })
  expect(shown()).toEqual(['9', '16', '5', '14', '4', '14', '0', '0'])
  await page.findAll('input[type=number]')[6]!.setValue('2.5')
  expect([first.shift.x, second.shift.x]).toEqual([600, 250])
})

it('a refused offset is told at its fields', async () => {
  await setLang('en')
  const props = { design: design(100, 50000), wrong: new Set(['/shift']), why: 'An offset is 50 mm at most.' }
  const page = mount(PaperSettings, { props, global: { plugins: [i18n] } })
  expect(page.find('[data-wrong="/shift"] p').text()).toBe('An offset is 50 mm at most.')
  expect(page.findAll('input[aria-invalid="true"]').length).toBe(2)
})

it('a new line of text opens with its words chosen, ready to be typed over', async () => {
  await setLang('en')
  const entry = (name: string, on: boolean, text = '') => ({ name, on, label: '', always: false, text, span: 12 })
  const entries = reactive<Entry[]>([entry('note', true), entry('phone', false)])
  const list = mount(PaperList, {
    props: { part: 'foot', entries, labels: { note: 'Note', phone: 'Phone' }, wrong: new Set<string>() },
    global: { plugins: [i18n] },
    attrs: { onText: () => entries.push(entry('text', true, 'Text')) },
    attachTo: document.body,
  })
  await list.find('.end button').trigger('click')
  await nextTick()
  const input = document.activeElement as HTMLInputElement
  expect([input.tagName, input.value, input.selectionStart, input.selectionEnd]).toEqual(['INPUT', 'Text', 0, 4])
})
