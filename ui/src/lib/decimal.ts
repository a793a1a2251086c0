// Decimals are strings from the server to the screen. Nothing here turns one into a float: a figure is
// only regrouped, padded, shifted by powers of ten, or added exactly for a display total.

import type { Kind } from '@/api/contract'

const shape = /^(-?)(\d*)(?:\.(\d*))?$/

interface Parts {
  negative: boolean
  whole: string
  fraction: string
}

function split(text: string): Parts | null {
  const found = shape.exec(text.trim())
  if (!found || (found[2] === '' && !found[3])) return null
  return {
    negative: found[1] === '-',
    whole: (found[2] ?? '').replace(/^0+(?=\d)/, '') || '0',
    fraction: found[3] ?? '',
  }
}

function join(parts: Parts): string {
  const zero = /^0*$/.test(parts.whole + parts.fraction)
  return `${parts.negative && !zero ? '-' : ''}${parts.whole}${parts.fraction ? `.${parts.fraction}` : ''}`
}

/** True for "", "0", "-0.00"; false for text that is not a decimal. */
export function isZero(text: string): boolean {
  const parts = split(text)
  return parts !== null && /^0*$/.test(parts.whole + parts.fraction)
}

/** True for a decimal below zero. */
export function isNegative(text: string): boolean {
  const parts = split(text)
  return parts !== null && parts.negative && !/^0*$/.test(parts.whole + parts.fraction)
}

/** Moves the decimal point: shift("0.13", 2) is "13". Trailing zeros of the fraction go. */
export function shift(text: string, places: number): string {
  const parts = split(text)
  if (!parts) return text
  let { whole, fraction } = parts
  for (let i = 0; i < places; i++) {
    whole += fraction[0] ?? '0'
    fraction = fraction.slice(1)
  }
  for (let i = 0; i < -places; i++) {
    fraction = (whole.at(-1) ?? '0') + fraction
    whole = whole.slice(0, -1)
  }
  return join({
    negative: parts.negative,
    whole: whole.replace(/^0+(?=\d)/, '') || '0',
    fraction: fraction.replace(/0+$/, ''),
  })
}

/** Thousands separators and at least `min` places; further zeros go. Text that is no decimal stays as it is. */
export function group(text: string, min = 0): string {
  const parts = split(text)
  if (!parts) return text
  const fraction = parts.fraction.replace(/0+$/, '').padEnd(min, '0')
  return join({ ...parts, whole: parts.whole.replace(/\B(?=(\d{3})+$)/g, ','), fraction })
}

/** Rounded half away from zero to so many places, one at least. Text that is no decimal stays as it is. */
export function round(text: string, places: number): string {
  const parts = split(text)
  if (!parts || parts.fraction.length <= places) return text
  const kept = BigInt(parts.whole + parts.fraction.slice(0, places)) + (parts.fraction[places]! >= '5' ? 1n : 0n)
  const digits = kept.toString().padStart(places + 1, '0')
  return join({ ...parts, whole: digits.slice(0, -places), fraction: digits.slice(-places) })
}

/** A figure as people read it, by kind: money two places, quantities without trailing zeros, rates in percent. */
export function formatFigure(value: unknown, kind: Kind): string {
  if (value === null || value === undefined || value === '') return ''
  const text = String(value)
  if (!isFigure(kind)) return text
  switch (kind) {
    case 'amount':
    case 'price':
      return group(text, 2)
    case 'rate':
      return `${group(shift(text, 2))}%`
    default:
      return group(text)
  }
}

/** What stands in the input while it is typed into: no separators, rates in percent. */
export function editable(value: unknown, kind: Kind): string {
  if (value === null || value === undefined || value === '') return ''
  const text = String(value)
  return kind === 'rate' ? shift(text, 2) : text
}

const wide: Record<string, string> = { '。': '.', '．': '.', '，': ',', '－': '-', '—': '-', '％': '%', '　': ' ' }

/** Full-width digits and signs as half-width ones. */
export function narrow(text: string): string {
  return text
    .replace(/[０-９]/g, (c) => String(c.charCodeAt(0) - 0xff10))
    .replace(/[。．，－—％　]/g, (c) => wide[c] ?? c)
}

/**
 * Reads what a person typed or pasted: separators, ¥, %, full-width signs and (1,234.00) for negative are
 * understood. Returns the decimal as the server wants it, "" for nothing, null when it is no figure.
 */
export function parseFigure(typed: string, kind: Kind): string | null {
  let text = narrow(typed)
    .trim()
    .replace(/[¥￥$,\s]/g, '')
  if (text === '' || text === '-') return text === '' ? '' : null
  const bracket = /^\((.*)\)$/.exec(text)
  if (bracket) text = `-${bracket[1]}`
  const percent = text.endsWith('%')
  if (percent) text = text.slice(0, -1)
  const parts = split(text.replace(/^\+/, ''))
  if (!parts || (kind === 'int' && parts.fraction.replace(/0+$/, '') !== '')) return null
  if (kind === 'int') return join({ ...parts, fraction: '' })
  return kind === 'rate' ? shift(join(parts), -2) : join(parts)
}

/** The figure with the other sign. */
export function negate(text: string): string {
  const parts = split(text)
  return parts ? join({ ...parts, negative: !parts.negative }) : text
}

/** Exact sum of decimal strings, for the foot of a grid. Empty and unreadable values count as nothing. */
export function sum(values: unknown[]): string {
  let total = 0n
  let scale = 0
  for (const value of values) {
    const parts = value === null || value === undefined ? null : split(String(value))
    if (!parts) continue
    const more = Math.max(scale, parts.fraction.length)
    total *= 10n ** BigInt(more - scale)
    scale = more
    const digits = BigInt(parts.whole + parts.fraction.padEnd(scale, '0'))
    total += parts.negative ? -digits : digits
  }
  return shift(total.toString(), -scale)
}

/** How long a bar for each figure is, in thousandths of the longest. What is not above zero has none. */
export function lengths(values: unknown[]): number[] {
  const scale = 9
  const whole = values.map((value) => {
    const parts = split(String(value ?? ''))
    return !parts || parts.negative ? 0n : BigInt(parts.whole + parts.fraction.padEnd(scale, '0').slice(0, scale))
  })
  const longest = whole.reduce((most, one) => (one > most ? one : most), 0n)
  return whole.map((one) => (longest === 0n ? 0 : Number((one * 1000n) / longest)))
}

const figures = new Set<Kind>(['int', 'amount', 'price', 'quantity', 'rate'])

/** True for kinds whose values are figures: right-aligned, tabular digits. */
export function isFigure(kind: Kind): boolean {
  return figures.has(kind)
}
