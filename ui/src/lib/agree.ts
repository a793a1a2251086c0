import type { Problem } from '@/api/contract'
import { t } from '@/i18n'
import { sure } from './notify'

/** Puts a question of the server to the person, each thing it is about on a line of its own. */
export function agree(problem: Problem): Promise<boolean> {
  const said = (problem.errors ?? []).map((one) => one.detail)
  const text = [...new Set(said.length ? said : [problem.detail ?? ''])].join('\n')
  const about = problem.errors?.[0]?.code ?? problem.code
  const last = about === 'stock.below' ? `\n${t('agree.below')}` : ''
  return sure({
    text: `${text}${last}`,
    yes: about?.endsWith('.twin') ? t('agree.save') : t('agree.yes'),
    no: t('agree.no'),
  })
}
