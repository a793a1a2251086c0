import type { WaitingSheet } from '@/api/dispatch'

/** Whether all fragments are found on a sheet: its number, who it is for, where, and what is on it, codes and barcodes too. */
export function matches(sheet: WaitingSheet, typed: string): boolean {
  const text = [
    sheet.number,
    sheet.party,
    sheet.place,
    sheet.person,
    sheet.note,
    ...sheet.lines.flatMap((one) => [one.name, one.spec, ...one.codes]),
  ]
    .join('\n')
    .toLowerCase()
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((part) => text.includes(part))
}
