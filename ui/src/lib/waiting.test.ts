import { describe, expect, it } from 'vitest'
import type { WaitingSheet } from '@/api/dispatch'
import { matches } from './waiting'

const sheet = {
  number: 'XS261100007',
  party: '宏发五金',
  place: '浙江 杭州',
  person: '陈立',
  note: '',
  lines: [{ name: '六角螺栓', spec: 'M8×30', codes: ['A-01', '6901234567892'] }],
} as unknown as WaitingSheet

describe('what waits is found', () => {
  it.each([
    ['', true],
    ['宏发', true],
    ['xs2611', true],
    ['6901234567892', true],
    ['m8 杭州', true],
    ['m8 上海', false],
    ['6901234567899', false],
  ])('%s', (typed, found) => expect(matches(sheet, typed)).toBe(found))
})
