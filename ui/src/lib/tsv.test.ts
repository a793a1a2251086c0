import { describe, expect, it } from 'vitest'
import { isBlock, parseTsv } from './tsv'

describe('parseTsv', () => {
  const cases: [string, string, string[][]][] = [
    ['one cell', 'a', [['a']]],
    [
      'rows and the last line break',
      'a\tb\nc\td\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'Windows line breaks',
      'a\tb\r\nc\td\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['empty cells', 'a\t\tb\n\t\t', [['a', '', 'b']]],
    [
      'quoted cells',
      '"a\tb"\t"c ""d"""\n"e\nf"\tg',
      [
        ['a\tb', 'c "d"'],
        ['e\nf', 'g'],
      ],
    ],
    ['a quote inside a cell stays', '3" pipe\t1', [['3" pipe', '1']]],
  ]
  it.each(cases)('%s', (_name, text, want) => expect(parseTsv(text)).toEqual(want))
})

it('tells a block from one value', () => {
  expect(isBlock('abc')).toBe(false)
  expect(isBlock('abc\r\n')).toBe(false)
  expect(isBlock('a\tb')).toBe(true)
  expect(isBlock('a\nb')).toBe(true)
})
