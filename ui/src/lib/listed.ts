import { lang } from '@/i18n'

/** Things one after the other, as the language writes them; what is empty is left out. */
export function listed(parts: (string | false | 0)[], mark: '，' | '、' = '，'): string {
  return parts.filter(Boolean).join(lang() === 'en' ? ', ' : mark)
}
