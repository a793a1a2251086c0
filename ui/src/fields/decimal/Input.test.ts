import { mount } from '@vue/test-utils'
import { nextTick } from 'vue'
import { describe, expect, it } from 'vitest'
import Input from './Input.vue'

const field = { name: 'price', label: 'Price', kind: 'price' as const }

describe('a figure under fast fingers', () => {
  it('is marked before the first key can come, and not again while it is typed', async () => {
    const box = mount(Input, { props: { field, modelValue: '12.5' } as never, attachTo: document.body })
    const input = box.find('input').element
    let marks = 0
    input.select = () => void marks++
    input.focus()
    await nextTick()
    expect([input.value, marks]).toEqual(['12.5', 1])
    await box.find('input').setValue('9')
    await new Promise((done) => requestAnimationFrame(() => done(null)))
    expect([input.value, marks]).toEqual(['9', 1])
    box.unmount()
  })

  it.each([
    ['0', 1],
    ['0.00', 1],
    ['12.5', 0],
  ])('a click into %s marks it %i times more', async (modelValue, more) => {
    const box = mount(Input, { props: { field, modelValue } as never, attachTo: document.body })
    const input = box.find('input').element
    input.focus()
    await new Promise((done) => requestAnimationFrame(() => done(null)))
    let marks = 0
    input.select = () => void marks++
    await box.find('input').trigger('click')
    expect(marks).toBe(more)
    box.unmount()
  })
})
