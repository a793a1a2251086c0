import { ask } from '@/api/client'
import type { Preview, Resource } from '@/api/contract'
import { many, t } from '@/i18n'
import { formatFigure } from '@/lib/decimal'
import { note } from '@/lib/notify'
import { shortOf } from '@/lib/short'

const most = 3

/**
 * Tells whoever posted a sheet what is below zero now: somebody else took the last piece meanwhile, or what there is was
 * never written down. What cannot be asked is not told.
 */
export async function tellShort(of: Resource, id: number): Promise<void> {
  const body = { id, record: {}, changed: '' }
  const answer = await ask<Preview>('POST', `${of.path}/preview`, { body }).catch(() => null)
  const list = shortOf(answer?.data.facts ?? [])
  if (!list.length) return
  const lines = (answer?.data.record.lines ?? []) as { $labels?: Record<string, string> }[]
  const named = list.map(({ row, left }) =>
    t('till.below', { item: lines[row - 1]?.$labels?.item ?? row, left: formatFigure(left, 'quantity') }),
  )
  // A phone shows few lines: the first ones, and how many there are.
  const more = named.length > most ? t('till.belowMore', many(named.length - most)) : ''
  note(t('till.belowZero', { list: named.slice(0, most).join(t('till.and')), more }))
}
