import { describe, expect, it } from 'vitest'
import { isWhole, opsOf, read, write, type Groups, type Subject } from './condition'

const subjects: Subject[] = [
  { id: 'gross', label: 'Gross', kind: 'amount' },
  { id: 'memo', label: 'Memo', kind: 'text' },
  { id: 'date', label: 'Date', kind: 'date' },
  { id: 'urgent', label: 'Urgent', kind: 'bool' },
  { id: 'method', label: 'Method', kind: 'enum' },
  { id: 'customer', label: 'Customer', kind: 'ref', ref: 'base.party' },
  { id: 'initiator.roles', label: 'Roles', kind: 'roles' },
  { id: 'any:lines.discount', label: 'Any discount', kind: 'rate' },
  { id: 'any:lines.item', label: 'Any item', kind: 'ref', ref: 'base.item' },
  { id: 'sum:lines.amount', label: 'Sum of amounts', kind: 'amount' },
  { id: 'len:lines', label: 'Lines', kind: 'int' },
]

const same: [string, Groups, string][] = [
  ['nothing', [], ''],
  ['a figure', [[{ subject: 'gross', op: '>', values: ['10000'] }]], 'gross > 10000'],
  ['a figure keeps every digit', [[{ subject: 'gross', op: '>=', values: ['10000.10'] }]], 'gross >= 10000.10'],
  ['a negative figure', [[{ subject: 'gross', op: '<', values: ['-5'] }]], 'gross < -5'],
  ['a date', [[{ subject: 'date', op: '<=', values: ['2026-01-31'] }]], 'date <= "2026-01-31"'],
  ['quotes', [[{ subject: 'memo', op: '==', values: ['a "b" \\ c'] }]], 'memo == "a \\"b\\" \\\\ c"'],
  ['part of a text', [[{ subject: 'memo', op: 'contains', values: ['加急'] }]], 'memo contains "加急"'],
  ['yes', [[{ subject: 'urgent', op: '==', values: ['true'] }]], 'urgent == true'],
  ['one choice', [[{ subject: 'method', op: 'in', values: ['cash'] }]], 'method == "cash"'],
  ['none of two', [[{ subject: 'method', op: 'not in', values: ['cash', 'bank'] }]], 'method not in ["cash", "bank"]'],
  ['records', [[{ subject: 'customer', op: 'in', values: ['12', '13'] }]], 'customer in [12, 13]'],
  ['a role', [[{ subject: 'initiator.roles', op: 'in', values: ['buyer'] }]], '"buyer" in initiator.roles'],
  [
    'one of two roles',
    [[{ subject: 'initiator.roles', op: 'in', values: ['buyer', 'boss'] }]],
    '("buyer" in initiator.roles || "boss" in initiator.roles)',
  ],
  [
    'neither role and more',
    [
      [
        { subject: 'initiator.roles', op: 'not in', values: ['buyer', 'boss'] },
        { subject: 'gross', op: '>', values: ['1'] },
      ],
    ],
    '("buyer" not in initiator.roles && "boss" not in initiator.roles) && gross > 1',
  ],
  [
    'lines',
    [
      [
        { subject: 'any:lines.discount', op: '>', values: ['0.2'] },
        { subject: 'any:lines.item', op: 'in', values: ['1', '2'] },
        { subject: 'sum:lines.amount', op: '>=', values: ['500'] },
        { subject: 'len:lines', op: '>', values: ['3'] },
      ],
    ],
    'any(lines, .discount > 0.2) && any(lines, .item in [1, 2]) && sum(lines, .amount) >= 500 && len(lines) > 3',
  ],
  [
    'groups',
    [
      [
        { subject: 'gross', op: '>', values: ['100'] },
        { subject: 'urgent', op: '==', values: ['false'] },
      ],
      [{ subject: 'memo', op: 'startsWith', values: ['急'] }],
    ],
    '(gross > 100 && urgent == false) || memo startsWith "急"',
  ],
]

describe('rows and expressions', () => {
  it.each(same)('%s', (_, groups, text) => {
    expect(write(groups, subjects)).toBe(text)
    expect(read(text, subjects)).toEqual(groups)
  })

  it('leaves out rows with something missing', () => {
    const rows: Groups = [
      [
        { subject: 'gross', op: '>', values: [''] },
        { subject: '', op: '>', values: ['1'] },
        { subject: 'gone', op: '>', values: ['1'] },
      ],
      [{ subject: 'urgent', op: '==', values: ['true'] }],
    ]
    expect(write(rows, subjects)).toBe('urgent == true')
    expect(isWhole(rows[0]![0]!)).toBe(false)
  })

  it('never writes a figure that is none', () => {
    expect(write([[{ subject: 'gross', op: '>', values: ['1 || true'] }]], subjects)).toBe('gross > 0')
  })

  it.each([
    ['words for signs', 'gross > 1 and urgent or not urgent', '(gross > 1 && urgent == true) || urgent == false'],
    ['another quote', "memo == 'x'", 'memo == "x"'],
    ['a bare yes', '!urgent', 'urgent == false'],
    ['not equal', 'urgent != true', 'urgent == false'],
    ['a list of one', 'method in ["cash"]', 'method == "cash"'],
    ['the sign of a line', 'any(lines, #.discount > 0.2)', 'any(lines, .discount > 0.2)'],
    ['needless brackets', '((gross > 1) && (urgent == true))', 'gross > 1 && urgent == true'],
  ])('reads %s', (_, text, written) => {
    expect(write(read(text, subjects)!, subjects)).toBe(written)
  })

  it.each([
    'gross * 2 > 10',
    'gross > net',
    'gone == 1',
    'gross == "1"',
    'memo > 1',
    'gross',
    '(gross > 1 || urgent) && memo == "x"',
    'any(lines, .discount > 0.2 && .item == 1)',
    'gross > 1 &&',
    'gross > 1)',
    'sum(lines, .gone) > 1',
    '"buyer" in memo',
    'gross > 1 ? true : false',
    '.discount > 1',
  ])('leaves %s as it is written', (text) => {
    expect(read(text, subjects)).toBeNull()
  })

  it('offers what makes sense', () => {
    expect(opsOf(subjects[0]!)[0]).toBe('>')
    expect(opsOf(subjects[5]!)).toEqual(['in', 'not in'])
  })
})
