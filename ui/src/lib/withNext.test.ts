import { describe, expect, it } from 'vitest'
import { withNext } from './withNext'

describe('withNext', () => {
  it('joins two sentences in the manner of their language', () => {
    expect(withNext('登录名或密码不对', '请核对大小写。')).toBe('登录名或密码不对。请核对大小写。')
    expect(withNext('已结账。', '请先反结账。')).toBe('已结账。请先反结账。')
    expect(withNext('Wrong login or password', 'Check capitals.')).toBe('Wrong login or password. Check capitals.')
    expect(withNext('It is closed.', 'Reopen it.')).toBe('It is closed. Reopen it.')
    expect(withNext('nothing to add')).toBe('nothing to add')
  })
})
