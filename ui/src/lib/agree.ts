import type { Problem } from '@/api/contract'
import { t } from '@/i18n'
import { sure } from './notify'
import { withNext } from './withNext'

/** Puts a question of the server to the person, each thing it is about on a line of its own. */
export function agree(problem: Problem): Promise<boolean> {
  const all = problem.errors?.length ? problem.errors : [problem]
  const about = all[0]!.code ?? ''
  const below = about === 'stock.below'
  const said = all.map((one) => (below ? one.detail : withNext(one.detail ?? '', one.next)))
  const text = [...new Set(said), ...(below ? [t('agree.below')] : [])].join('\n')
  return sure({ text, yes: about.endsWith('.twin') ? t('agree.save') : t('agree.yes'), no: t('agree.no') })
}
