/** A printer as the server tells of it. */
export interface Printer {
  id: number
  version: number
  name: string
  way: 'network' | 'system'
  address: string
  language: 'escp' | 'escpos'
  paper: string
  shift_x: number
  shift_y: number
  active: boolean
}

/** Millimetres as people type them, in the tenths that are kept; null for what is no such number. */
export function tenths(text: string): number | null {
  const plain = text.trim().replace('，', '.').replace(',', '.').replace('−', '-')
  if (plain === '') return 0
  const found = /^([+-]?)(\d{1,2})(?:\.(\d)\d*)?$/.exec(plain)
  if (!found) return null
  const n = Number(found[2]) * 10 + Number(found[3] ?? 0)
  return found[1] === '-' ? -n || 0 : n
}

/** Tenths of a millimetre as millimetres. */
export function millimetres(n: number): string {
  const whole = Math.trunc(Math.abs(n) / 10)
  return `${n < 0 ? '-' : ''}${whole}${n % 10 ? `.${Math.abs(n % 10)}` : ''}`
}
