import { useI18n } from 'vue-i18n'
import type { Command, KeyMap } from '@/lib/keymap'

/** What each key does, in words. */
export function useKeyWords(): Record<Command | KeyMap, () => string> {
  const { t } = useI18n()
  return {
    lookup: () => t('keys.lookup'),
    insert: () => t('keys.insert'),
    copyRow: () => t('keys.copyRow'),
    dropRow: () => t('keys.dropRow'),
    above: () => t('keys.above'),
    first: () => t('keys.first'),
    balance: () => t('keys.balance'),
    side: () => t('keys.side'),
    save: () => t('keys.save'),
    saveNext: () => t('keys.saveNext'),
    main: () => t('keys.main'),
    other: () => t('keys.other'),
    modify: () => t('keys.modify'),
    review: () => t('keys.review'),
    hold: () => t('keys.hold'),
    roundOff: () => t('keys.roundOff'),
    takeAll: () => t('keys.takeAll'),
    new: () => t('keys.new'),
    house: () => t('keys.house'),
    kingdee: () => t('keys.kingdee'),
    yonyou: () => t('keys.yonyou'),
  }
}
