import { expect, test } from 'vitest'
import { mentionAt } from './mention'

test.each([
  ['@', 1, ''],
  ['请 @张', 4, '张'],
  ['请@张三', 4, '张三'],
  ['@张三 看', 5, null],
  ['@张三 看', 3, '张三'],
  ['a@b @c', 6, 'c'],
  ['没有', 2, null],
  ['', 0, null],
])('%s at %d', (text, caret, want) => expect(mentionAt(text, caret)).toBe(want))
