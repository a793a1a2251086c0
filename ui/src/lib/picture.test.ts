import { describe, expect, it } from 'vitest'
import { paginate, wrap, type Block } from './picture'

const block = (height: number): Block => ({ height, draw: () => {} })

describe('the long picture', () => {
  it('cuts a text where it no longer fits', () => {
    const measure = (text: string) => text.length * 10
    expect(wrap('宏发五金商行', 30, measure)).toEqual(['宏发五', '金商行'])
    expect(wrap('一', 5, measure)).toEqual(['一'])
    expect(wrap('', 30, measure)).toEqual([''])
  })
  it('begins another picture with the head when one is full', () => {
    const head = block(100)
    const pages = paginate([block(300), block(300), block(300)], head, 800)
    expect(pages.map((page) => page.map((one) => one.height))).toEqual([
      [100, 300, 300],
      [100, 300],
    ])
    expect(paginate([], head, 800)).toEqual([[head]])
  })
  it('keeps every picture within the bound', () => {
    const pages = paginate(
      Array.from({ length: 4000 }, () => block(44)),
      block(200),
      20_000,
    )
    expect(pages.length).toBe(9)
    for (const page of pages) expect(page.reduce((sum, one) => sum + one.height, 0)).toBeLessThanOrEqual(19_952)
    expect(pages.reduce((sum, page) => sum + page.length - 1, 0)).toBe(4000)
  })
})
