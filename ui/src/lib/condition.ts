import type { Kind, Option } from '@/api/contract'
import { isFigure } from './decimal'

// Conditions as a person builds them (groups joined by OR, rows within a group by AND) and as they are stored (one
// expression). What cannot be shown as rows stays an expression. Figures stay text: nothing here calculates.

/** Something a condition may ask about. `id` is "gross", "initiator.user", "any:lines.discount" or "sum:lines.amount". */
export interface Subject {
  id: string
  label: string
  kind: Kind | 'roles'
  ref?: string
  options?: Option[]
  /** The heading it is offered under. */
  group?: string
}

export type Op = '==' | '!=' | '>' | '>=' | '<' | '<=' | 'in' | 'not in' | 'contains' | 'startsWith'

export interface Row {
  subject: string
  op: Op
  values: string[]
}

export type Groups = Row[][]

type Shape = 'figure' | 'text' | 'date' | 'choice' | 'id' | 'bool' | 'roles'

export function shapeOf(subject: Subject): Shape {
  if (subject.kind === 'roles') return 'roles'
  if (subject.kind === 'ref') return 'id'
  if (subject.kind === 'enum') return 'choice'
  if (subject.kind === 'bool') return 'bool'
  if (subject.kind === 'date' || subject.kind === 'month') return 'date'
  return isFigure(subject.kind) ? 'figure' : 'text'
}

const order: Op[] = ['>', '>=', '<', '<=', '==', '!=']
const operators: Record<Shape, Op[]> = {
  figure: order,
  date: order,
  text: ['==', '!=', 'contains', 'startsWith'],
  choice: ['in', 'not in'],
  id: ['in', 'not in'],
  roles: ['in', 'not in'],
  bool: ['=='],
}

/** The comparisons that make sense for a subject, the usual one first. */
export function opsOf(subject: Subject): Op[] {
  return operators[shapeOf(subject)]
}

/** Nothing is missing in a row. */
export function isWhole(row: Row): boolean {
  return row.subject !== '' && row.values.length > 0 && row.values.every((one) => one.trim() !== '')
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

const figure = /^-?\d+(\.\d+)?$/

function literal(shape: Shape, value: string): string {
  if (shape === 'figure' || shape === 'id') return figure.test(value) ? value : '0'
  return shape === 'bool' ? (value === 'false' ? 'false' : 'true') : quote(value)
}

function compare(path: string, shape: Shape, row: Row): string {
  const list = row.values.map((one) => literal(shape, one))
  if (shape === 'roles') {
    const word = row.op === 'not in' ? ' not in ' : ' in '
    const parts = list.map((one) => one + word + path)
    const joined = parts.join(row.op === 'not in' ? ' && ' : ' || ')
    return parts.length > 1 ? `(${joined})` : joined
  }
  if (row.op !== 'in' && row.op !== 'not in') return `${path} ${row.op} ${list[0]}`
  if (list.length === 1) return `${path} ${row.op === 'in' ? '==' : '!='} ${list[0]}`
  return `${path} ${row.op} [${list.join(', ')}]`
}

function writeRow(row: Row, subject: Subject): string {
  const shape = shapeOf(subject)
  const found = /^(\w+):(\w+)(?:\.(\w+))?$/.exec(row.subject)
  if (!found) return compare(row.subject, shape, row)
  const [, how, set, name] = found
  if (how === 'len') return compare(`len(${set})`, shape, row)
  if (how === 'sum') return compare(`sum(${set}, .${name})`, shape, row)
  return `${how}(${set}, ${compare(`.${name}`, shape, row)})`
}

/** The expression of the rows; rows with something missing are left out. */
export function write(groups: Groups, subjects: Subject[]): string {
  const byId = new Map(subjects.map((one) => [one.id, one]))
  const parts = groups
    .map((rows) => rows.filter((row) => isWhole(row) && byId.has(row.subject)))
    .filter((rows) => rows.length > 0)
    .map((rows) => rows.map((row) => writeRow(row, byId.get(row.subject)!)))
  if (parts.length < 2) return parts[0]?.join(' && ') ?? ''
  return parts.map((rows) => (rows.length > 1 ? `(${rows.join(' && ')})` : rows[0])).join(' || ')
}

type Token = { kind: 'word' | 'num' | 'str' | 'sign'; text: string }
type Literal = { tag: 'num' | 'str' | 'bool'; text: string }
type Tree = { any: Tree[] } | { all: Tree[] } | { row: Row }

class Unreadable extends Error {}

function tokens(text: string): Token[] {
  const out: Token[] = []
  const one =
    /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(#?\.[A-Za-z_]\w*)|(&&|\|\||==|!=|>=|<=|[-><!(),[\]]))/y
  const end = text.trimEnd().length
  while (one.lastIndex < end) {
    const found = one.exec(text)
    if (!found) throw new Unreadable()
    if (found[1]) out.push({ kind: 'num', text: found[1] })
    else if (found[2]) out.push({ kind: 'word', text: found[2] })
    else if (found[3])
      out.push({
        kind: 'str',
        text: found[3].slice(1, -1).replaceAll(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c)),
      })
    else if (found[4]) out.push({ kind: 'word', text: found[4].replace('#', '') })
    else out.push({ kind: 'sign', text: found[5]! })
  }
  return out
}

/** Reads the expressions that `write` makes, and those that people write like it. Anything else is Unreadable. */
class Reader {
  private at = 0
  private readonly list: Token[]
  private readonly byId: Map<string, Subject>

  constructor(text: string, subjects: Subject[]) {
    this.list = tokens(text)
    this.byId = new Map(subjects.map((one) => [one.id, one]))
  }

  read(): Tree {
    const out = this.any()
    if (this.at < this.list.length) throw new Unreadable()
    return out
  }

  private peek(...texts: string[]): boolean {
    const token = this.list[this.at]
    return token !== undefined && token.kind !== 'str' && texts.includes(token.text)
  }

  private take(...texts: string[]): boolean {
    if (!this.peek(...texts)) return false
    this.at++
    return true
  }

  private need(text: string) {
    if (!this.take(text)) throw new Unreadable()
  }

  private next(kind: Token['kind']): string {
    const token = this.list[this.at++]
    if (token?.kind !== kind) throw new Unreadable()
    return token.text
  }

  private any(): Tree {
    const items = [this.all()]
    while (this.take('||', 'or')) items.push(this.all())
    return items.length > 1 ? { any: items } : items[0]!
  }

  private all(): Tree {
    const items = [this.atom()]
    while (this.take('&&', 'and')) items.push(this.atom())
    return items.length > 1 ? { all: items } : items[0]!
  }

  private atom(): Tree {
    if (this.take('(')) {
      const inner = this.any()
      this.need(')')
      return inner
    }
    return { row: this.compare('') }
  }

  private value(): Literal {
    const minus = this.take('-')
    const token = this.list[this.at++]
    if (token?.kind === 'num') return { tag: 'num', text: (minus ? '-' : '') + token.text }
    if (minus || !token) throw new Unreadable()
    if (token.kind === 'str') return { tag: 'str', text: token.text }
    if (token.text === 'true' || token.text === 'false') return { tag: 'bool', text: token.text }
    throw new Unreadable()
  }

  private values(): Literal[] {
    if (!this.take('[')) return [this.value()]
    const out = [this.value()]
    while (this.take(',')) out.push(this.value())
    this.need(']')
    return out
  }

  /** One comparison; inside any(lines, …) names begin with a dot and `set` is "any:lines". */
  private compare(set: string): Row {
    if (this.list[this.at]?.kind === 'str') return this.inRoles()
    const negated = this.take('!', 'not')
    const name = this.next('word')
    if (this.peek('(') && !set && !negated) return this.call(name)
    if (name.startsWith('.') !== (set !== '')) throw new Unreadable()
    const id = set + name
    const op = negated ? null : this.operator()
    if (op === null) return this.fit(id, '==', [{ tag: 'bool', text: String(!negated) }])
    return this.fit(id, op, op === 'in' || op === 'not in' ? this.values() : [this.value()])
  }

  private operator(): Op | null {
    for (const op of order) if (this.take(op)) return op
    if (this.take('in')) return 'in'
    if (this.take('contains')) return 'contains'
    if (this.take('startsWith')) return 'startsWith'
    if (!this.take('not')) return null
    this.need('in')
    return 'not in'
  }

  private inRoles(): Row {
    const role = this.next('str')
    const op = this.take('not') ? 'not in' : 'in'
    this.need('in')
    return this.fit(this.next('word'), op, [{ tag: 'str', text: role }])
  }

  private call(how: string): Row {
    this.need('(')
    const set = this.next('word')
    if (how === 'any' || how === 'all') {
      this.need(',')
      const row = this.compare(`${how}:${set}`)
      this.need(')')
      return row
    }
    let id = `len:${set}`
    if (how === 'sum') {
      this.need(',')
      id = `sum:${set}${this.next('word')}`
    } else if (how !== 'len') throw new Unreadable()
    this.need(')')
    const op = this.operator()
    if (op === null) throw new Unreadable()
    return this.fit(id, op, [this.value()])
  }

  /** The row, when the subject is known and the comparison and the values suit it. */
  private fit(id: string, op: Op, literals: Literal[]): Row {
    const subject = this.byId.get(id)
    if (!subject) throw new Unreadable()
    const shape = shapeOf(subject)
    const tag = shape === 'figure' || shape === 'id' ? 'num' : shape === 'bool' ? 'bool' : 'str'
    if (literals.some((one) => one.tag !== tag)) throw new Unreadable()
    const values = literals.map((one) => one.text)
    let as = op
    const many = opsOf(subject).includes('in')
    if (many && op === '==') as = 'in'
    if (many && op === '!=') as = 'not in'
    if (shape === 'bool' && op === '!=') {
      as = '=='
      values[0] = values[0] === 'true' ? 'false' : 'true'
    }
    if (!opsOf(subject).includes(as)) throw new Unreadable()
    return { subject: id, op: as, values }
  }
}

/** Several roles of which one is enough, or none may be there, are one row. */
function oneOfRoles(tree: Tree, subjects: Subject[]): Row | null {
  const items = 'any' in tree ? tree.any : 'all' in tree ? tree.all : []
  const op = 'any' in tree ? 'in' : 'not in'
  const rows = items.map((one) => ('row' in one ? one.row : null))
  const first = rows[0]
  if (!first || subjects.find((one) => one.id === first.subject)?.kind !== 'roles') return null
  if (!rows.every((one) => one?.subject === first.subject && one.op === op)) return null
  return { ...first, values: rows.flatMap((one) => one!.values) }
}

function rowsIn(tree: Tree, subjects: Subject[]): Row[] {
  if ('row' in tree) return [tree.row]
  const roles = oneOfRoles(tree, subjects)
  if (roles) return [roles]
  if ('any' in tree) throw new Unreadable()
  return tree.all.flatMap((one) => rowsIn(one, subjects))
}

/** The rows of an expression; null when it says more than rows can show. */
export function read(text: string, subjects: Subject[]): Groups | null {
  if (text.trim() === '') return []
  try {
    const tree = new Reader(text, subjects).read()
    if ('any' in tree && !oneOfRoles(tree, subjects)) return tree.any.map((one) => rowsIn(one, subjects))
    return [rowsIn(tree, subjects)]
  } catch (error) {
    if (error instanceof Unreadable) return null
    throw error
  }
}
