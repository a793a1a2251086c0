import { useI18n } from 'vue-i18n'

/** How a print job stands, in words. */
export function usePrintWords() {
  const { t } = useI18n()
  const words: Record<string, () => string> = {
    waiting: () => t('printing.waiting'),
    sending: () => t('printing.sending'),
    done: () => t('printing.done'),
    failed: () => t('printing.failed'),
    cancelled: () => t('printing.cancelled'),
    unsure: () => t('printing.unsure'),
  }
  return (state: string): string => words[state]?.() ?? state
}
