import { describe, expect, it } from 'vitest'
import type { Field } from '@/api/contract'
import { bindBody, bindingsOf, isPlain } from './bindings'

const fields = [
  { name: 'unit', kind: 'ref' },
  { name: 'ratio', kind: 'quantity' },
  { name: 'barcode', kind: 'text' },
] as Field[]

describe('where a barcode goes', () => {
  it('asks nothing where nothing is lost', () => {
    expect(isPlain(bindingsOf({ barcode: '', $labels: { unit: '个' } }))).toBe(true)
    expect(isPlain(bindingsOf({ barcode: '690', $labels: { unit: '个' } }))).toBe(false)
  })
  it('names the code that is replaced and leaves the other units alone', () => {
    const item = {
      barcode: '690',
      $labels: { unit: '个' },
      units: [
        { id: 4, unit: 2, ratio: '20', barcode: '', $labels: { unit: '盒' } },
        { id: 5, unit: 3, ratio: '200', barcode: '691', $labels: { unit: '箱' } },
      ],
    }
    const places = bindingsOf(item)
    expect(places).toEqual([
      { line: null, unit: '个', old: '690' },
      { line: 4, unit: '盒', old: '' },
      { line: 5, unit: '箱', old: '691' },
    ])
    expect(bindBody(item, places[0]!, '692', fields)).toEqual({ barcode: '692' })
    expect(bindBody(item, places[1]!, '692', fields)).toEqual({
      units: [
        { id: 4, unit: 2, ratio: '20', barcode: '692' },
        { id: 5, unit: 3, ratio: '200', barcode: '691' },
      ],
    })
  })
})
