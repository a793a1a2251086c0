import { expect, test } from 'vitest'
import { reachOf } from './reach'

test('a telephone is called and a mail address written to', () => {
  expect(reachOf('phone', '138 0000-1111')).toBe('tel:13800001111')
  expect(reachOf('phone', '+86 (10) 6512 3456 转 8')).toBe('tel:+861065123456')
  expect(reachOf('phone', '010-65123456，13800001111')).toBe('tel:01065123456')
  expect(reachOf('phone', '分机 8012')).toBe('')
  expect(reachOf('phone', '8012')).toBe('')
  expect(reachOf('email', 'li@example.com')).toBe('mailto:li@example.com')
  expect(reachOf('email', 'li@a.com, wu@a.com')).toBe('')
  expect(reachOf('number', '13800001111')).toBe('')
})
