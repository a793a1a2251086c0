import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import oldest from '../../../assets/browsers.json'
import { complete } from './older'

describe('older browsers', () => {
  it('get the functions of lists that they lack, which change nothing', () => {
    const proto: unknown[] = []
    for (const name of ['toReversed', 'toSorted', 'toSpliced']) {
      Object.defineProperty(proto, name, { value: undefined, configurable: true, writable: true })
    }
    const bare = Object.setPrototypeOf([], null) as unknown[]
    complete(bare)
    const call = (name: string, on: unknown[], ...args: unknown[]) =>
      (bare as unknown as Record<string, (...a: unknown[]) => unknown>)[name]!.apply(on, args)
    const list = [3, 1, 2]
    expect(call('toReversed', list)).toEqual([2, 1, 3])
    expect(call('toSorted', list)).toEqual([1, 2, 3])
    expect(call('toSorted', list, (a: number, b: number) => b - a)).toEqual([3, 2, 1])
    expect(call('toSpliced', list, 1, 1, 8, 9)).toEqual([3, 8, 9, 2])
    expect(list).toEqual([3, 1, 2])
    const own = [2, 1]
    complete(own) // this environment has them all
    expect(Object.getOwnPropertyNames(own)).toEqual(['0', '1', 'length'])
  })

  it('are told the versions that the build is made for', () => {
    const page = readFileSync('public/old.html', 'utf8')
    for (const [name, title] of Object.entries({
      chrome: 'Chrome',
      edge: 'Edge',
      firefox: 'Firefox',
      safari: 'Safari',
    })) {
      expect(page).toContain(`${title} ${oldest[name as keyof typeof oldest]}`)
    }
    expect(page).not.toMatch(/<script|(src|href)="http/)
  })
})
