import { useI18n } from 'vue-i18n'

/** The words of the periods that a filter knows by name. */
export function usePeriods(): (name: string) => string {
  const { t } = useI18n()
  return (name) => {
    const words: Record<string, string> = {
      today: t('period.today'),
      yesterday: t('period.yesterday'),
      week: t('period.week'),
      month: t('period.month'),
      last_month: t('period.last_month'),
      quarter: t('period.quarter'),
      year: t('period.year'),
      last_year: t('period.last_year'),
    }
    return words[name] ?? name
  }
}
