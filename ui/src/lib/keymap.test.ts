import { describe, expect, it } from 'vitest'
import { bind, commandOf, commands, keptByBrowsers, keyLabel, keyMaps, keysOf, means, scopeOf, whenOf } from './keymap'

describe('the table of keys', () => {
  it('gives every key that a browser may keep another beside it', () => {
    for (const map of keyMaps) {
      for (const command of commands) {
        const free = keysOf(command, map).filter((key) => !keptByBrowsers.includes(key.split('+').at(-1)!))
        expect(free, `${command} in ${map}`).not.toHaveLength(0)
      }
    }
  })

  it('gives no key to two commands that work at the same time', () => {
    // A voucher is reviewed, a sheet modified and paid: those never meet on one page.
    for (const map of keyMaps) {
      const taken = new Map<string, string>()
      for (const command of commands.filter((one) => one !== 'review')) {
        for (const when of whenOf(command) === 'always' ? ['writing', 'standing'] : [whenOf(command)]) {
          for (const key of keysOf(command, map)) {
            const at = `${when} ${key}`
            expect(taken.get(at), `${map}: ${key} means ${command} and ${taken.get(at)}`).toBeUndefined()
            taken.set(at, command)
          }
        }
      }
    }
  })

  it('keeps what hands learnt', () => {
    expect(means('f7', 'lookup', 'kingdee')).toBe(true)
    expect(means('f2', 'lookup', 'yonyou')).toBe(true)
    expect(means('f2', 'lookup', 'kingdee')).toBe(false)
    expect(keysOf('save', 'kingdee')).toEqual(['f8', 'ctrl+s'])
    expect(keysOf('save', 'yonyou')).toEqual(['f6', 'ctrl+s'])
    expect(keysOf('new', 'yonyou')).toEqual(['f5', 'alt+n'])
    expect(keysOf('balance', 'kingdee')).toEqual(['ctrl+f7', '='])
    expect(means('ctrl+d', 'dropRow', 'yonyou')).toBe(true)
    expect(means('ctrl+d', 'copyRow', 'house')).toBe(true)
    expect(scopeOf('balance')).toBe('voucher')
  })

  it('binds combinations only, the first of two', () => {
    const got = bind('house', { takeAll: 'money', modify: 'again', above: 'text', hold: 'aside' })
    expect(got).toEqual({ f8: 'again', 'alt+m': 'again', 'alt+8': 'money', f4: 'aside', 'alt+h': 'aside' })
  })

  it('knows what the server means', () => {
    expect(commandOf({ name: 'post', key: 'F9', primary: true })).toBe('main')
    expect(commandOf({ name: 'modify', key: 'F8' })).toBe('modify')
    expect(commandOf({ name: 'review', key: 'F8' })).toBe('review')
    expect(commandOf({ name: 'sell', key: 'F10' })).toBe('other')
    expect(commandOf({ name: 'void' })).toBeUndefined()
  })

  it('writes keys as keyboards do', () => {
    expect(['ctrl+delete', 'f9', 'alt+n', 'insert', '..'].map(keyLabel)).toEqual([
      'Ctrl+Del',
      'F9',
      'Alt+N',
      'Ins',
      '..',
    ])
  })
})
