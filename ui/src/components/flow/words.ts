import { useI18n } from 'vue-i18n'
import type { Option } from '@/api/contract'
import { shapeOf, type Groups, type Op, type Row, type Subject } from '@/lib/condition'
import { formatFigure, isFigure } from '@/lib/decimal'
import type { Kind } from '@/api/contract'
import type { By, FlowNode, Who } from '@/lib/flow'

/** The words of the flow designer that depend on what they stand for. */
export function useFlowWords() {
  const { t } = useI18n()

  const ways: Record<By, () => string> = {
    user: () => t('flow.by_user'),
    role: () => t('flow.by_role'),
    head: () => t('flow.by_head'),
    superior: () => t('flow.by_superior'),
    chosen: () => t('flow.by_chosen'),
    initiator: () => t('flow.by_initiator'),
  }
  const by = (one: By) => ways[one]?.() ?? one

  function level(one: By, n: number): string {
    if (one === 'head') return n === 1 ? t('flow.head1') : t('flow.headN', { n })
    return n === 1 ? t('flow.superior1') : t('flow.superiorN', { n })
  }

  function mode(one: FlowNode['mode']): string {
    if (one === 'any') return t('flow.modeAny')
    return one === 'turn' ? t('flow.modeTurn') : t('flow.modeAll')
  }

  function kind(one: FlowNode['kind']): string {
    if (one === 'copy') return t('flow.copy')
    return one === 'branch' ? t('flow.branch') : t('flow.approve')
  }

  const ops: Record<Op, () => string> = {
    '==': () => t('flow.opIs'),
    '!=': () => t('flow.opIsNot'),
    '>': () => t('flow.opOver'),
    '>=': () => t('flow.opAtLeast'),
    '<': () => t('flow.opUnder'),
    '<=': () => t('flow.opAtMost'),
    in: () => t('flow.opIs'),
    'not in': () => t('flow.opIsNot'),
    contains: () => t('flow.opHas'),
    startsWith: () => t('flow.opBegins'),
  }
  const op = (one: Op) => ops[one]()

  /** One way to find people, in words. */
  function who(one: Who, roles: Option[], names: Map<number, string>): string {
    if (one.by === 'user') return one.user ? (names.get(one.user) ?? String(one.user)) : t('flow.nobody')
    if (one.by === 'role') return roles.find((role) => role.value === one.role)?.label ?? (one.role || t('flow.nobody'))
    return one.by === 'head' || one.by === 'superior' ? level(one.by, one.level || 1) : by(one.by)
  }

  function row(one: Row, subjects: Subject[], names: Map<string, string>): string {
    const subject = subjects.find((some) => some.id === one.subject)
    if (!subject) return ''
    const values = one.values.map((value) => {
      if (shapeOf(subject) === 'bool') return value === 'false' ? t('common.no') : t('common.yes')
      if (subject.kind !== 'roles' && isFigure(subject.kind)) return formatFigure(value, subject.kind as Kind)
      const known = subject.options?.find((some) => some.value === value)?.label
      return known ?? names.get(`${subject.ref ?? subject.kind}:${value}`) ?? value
    })
    return `${subject.label} ${op(one.op)} ${values.join(t('flow.comma'))}`
  }

  /** Groups of conditions in one sentence. */
  function sentence(groups: Groups, subjects: Subject[], names: Map<string, string>): string {
    return groups
      .map((rows) => rows.map((one) => row(one, subjects, names)).join(t('flow.andJoin')))
      .join(t('flow.orJoin'))
  }

  return { by, level, mode, kind, op, who, sentence }
}
