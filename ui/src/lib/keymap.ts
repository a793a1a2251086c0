// The one table of keys for sheets and vouchers. What people's fingers learnt elsewhere goes on working: beside the
// program's own keys there are maps with those of 金蝶 and 用友.

export const keyMaps = ['house', 'kingdee', 'yonyou'] as const
export type KeyMap = (typeof keyMaps)[number]

/** Where a key works: in a field, in the lines, in the lines of a voucher, on the page. */
export type Scope = 'field' | 'lines' | 'voucher' | 'page'

/** When a key of a page works: while the sheet is written, when it stands, always. */
type When = 'writing' | 'standing' | 'always'

interface Entry {
  scope: Scope
  when: When
  /** Keys in every map. */
  keys: string[]
  /** Further keys, which come first. */
  own?: Partial<Record<KeyMap, string[]>>
}

/** Typed as texts, or with the cursor in a figure; the others are combinations of keys. */
const typed = ['..', '//', '=', ' ']

/** What browsers keep for themselves on some system: beside such a key stands another. */
export const keptByBrowsers = ['f1', 'f3', 'f5', 'f6', 'f11', 'f12']

const table = {
  lookup: {
    scope: 'field',
    when: 'writing',
    keys: ['alt+l'],
    own: { house: ['f7'], kingdee: ['f7'], yonyou: ['f2', 'f7'] },
  },
  insert: { scope: 'lines', when: 'writing', keys: ['insert', 'ctrl+i'] },
  copyRow: { scope: 'lines', when: 'writing', keys: ['alt+c'], own: { house: ['ctrl+d'], kingdee: ['ctrl+d'] } },
  dropRow: { scope: 'lines', when: 'writing', keys: ['ctrl+delete', 'ctrl+backspace'], own: { yonyou: ['ctrl+d'] } },
  above: { scope: 'lines', when: 'writing', keys: ['..'] },
  first: { scope: 'lines', when: 'writing', keys: ['//'] },
  balance: { scope: 'voucher', when: 'writing', keys: ['='], own: { kingdee: ['ctrl+f7'] } },
  side: { scope: 'voucher', when: 'writing', keys: [' '] },
  save: { scope: 'page', when: 'writing', keys: ['ctrl+s'], own: { kingdee: ['f8'], yonyou: ['f6'] } },
  saveNext: { scope: 'page', when: 'writing', keys: ['alt+s'] },
  main: { scope: 'page', when: 'always', keys: ['f9', 'ctrl+enter'] },
  other: { scope: 'page', when: 'always', keys: ['f10', 'alt+p'] },
  modify: { scope: 'page', when: 'standing', keys: ['alt+m'], own: { house: ['f8'], yonyou: ['f8'] } },
  review: { scope: 'page', when: 'always', keys: ['alt+r'], own: { house: ['f8'], yonyou: ['f8'] } },
  hold: { scope: 'page', when: 'writing', keys: ['f4', 'alt+h'] },
  roundOff: { scope: 'page', when: 'writing', keys: ['alt+6'], own: { house: ['f6'], kingdee: ['f6'] } },
  takeAll: { scope: 'page', when: 'writing', keys: ['alt+8'], own: { house: ['f8'], yonyou: ['f8'] } },
  new: { scope: 'page', when: 'always', keys: ['alt+n'], own: { yonyou: ['f5'] } },
} satisfies Record<string, Entry>

export type Command = keyof typeof table
export const commands = Object.keys(table) as Command[]

/** The keys of a command, the one to show first. */
export function keysOf(command: Command, map: KeyMap): string[] {
  const entry: Entry = table[command]
  return [...(entry.own?.[map] ?? []), ...entry.keys]
}

export const scopeOf = (command: Command): Scope => table[command].scope
export const whenOf = (command: Command): When => table[command].when

/** Whether a combination (see comboOf) means a command. */
export const means = (combo: string, command: Command, map: KeyMap): boolean => keysOf(command, map).includes(combo)

/** The handlers of commands by combination. Of two that share one, the first counts. */
export function bind<H>(map: KeyMap, handlers: Partial<Record<Command, H>>): Record<string, H> {
  const out: Record<string, H> = {}
  for (const command of commands) {
    const handler = handlers[command]
    if (handler === undefined) continue
    for (const key of keysOf(command, map)) if (!typed.includes(key)) out[key] ??= handler
  }
  return out
}

/** The command that a key declared by the server stands for: the server speaks of the program's own keys. */
const declared: Record<string, Command> = { F8: 'modify', F9: 'main', F10: 'other' }

/** The command of an action, by its name and its declared key. */
export function commandOf(action: { name: string; key?: string; primary?: boolean }): Command | undefined {
  if (action.primary) return 'main'
  if (action.name === 'review') return 'review'
  return action.key ? declared[action.key] : undefined
}

const names: Record<string, string> = { insert: 'Ins', delete: 'Del', backspace: '⌫', enter: 'Enter' }

/** A key as it is written on keyboards: "Ctrl+Del". The blank is a word of the language. */
export function keyLabel(key: string): string {
  if (typed.includes(key)) return key
  return key
    .split('+')
    .map((part) => names[part] ?? part.charAt(0).toUpperCase() + part.slice(1))
    .join('+')
}
