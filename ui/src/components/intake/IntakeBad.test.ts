import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { useIntake } from '@/composables/useIntake'
import { i18n } from '@/i18n'
import IntakeBad from './IntakeBad.vue'

vi.mock('@/lib/notify', () => ({ complain: () => {} }))

describe('the rows that were given back', () => {
  it('are frozen while nobody knows what became of them', async () => {
    const intake = useIntake()
    intake.outcome.value = {
      kind: 'items',
      rows: 1,
      created: 0,
      updated: 0,
      same: 0,
      waiting: 0,
      put: 0,
      replaced: 0,
      stayed: 0,
      file: 0,
      made: [],
      kept: [],
      kept_count: 0,
      columns: ['name', 'price'],
      titles: ['Name', 'Price'],
      bad: [{ row: 3, cells: ['a', 'x'], problems: [{ column: 'price', detail: 'no number' }] }],
      bad_count: 1,
      marked: '',
      to: '',
    }
    const grid = mount(IntakeBad, { props: { intake }, global: { plugins: [i18n] } })
    const frozen = () => grid.findAll('input, td button').map((one) => (one.element as HTMLInputElement).disabled)
    expect(frozen()).toEqual([false, false, false])
    intake.unanswered.value = true
    await nextTick()
    expect(frozen()).toEqual([true, true, true])
    expect(grid.find('.again').attributes('disabled')).toBeUndefined()
    intake.unanswered.value = false
    await nextTick()
    expect(frozen()).toEqual([false, false, false])
    grid.unmount()
  })
})
