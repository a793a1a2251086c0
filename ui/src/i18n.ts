import { nextTick, shallowRef } from 'vue'
import { createI18n } from 'vue-i18n'
import type { Language } from 'element-plus/es/locale/index'
import libraryEn from 'element-plus/es/locale/lang/en'
import { setClient } from '@/api/client'

export type Lang = 'zh' | 'en'

export const i18n = createI18n({
  legacy: false,
  locale: 'zh',
  messages: {} as Record<string, Record<string, string>>,
  missingWarn: false,
  fallbackWarn: false,
})

/** The words inside the component library, in the same language. */
export const libraryLocale = shallowRef<Language | undefined>()

const catalogs = {
  zh: () => Promise.all([import('./locales/zh-CN.json'), import('element-plus/es/locale/lang/zh-cn')]),
  en: () => Promise.all([import('./locales/en.json'), { default: libraryEn }]),
}

/** Switches every word on the page; the catalog is loaded on first use. */
export async function setLang(lang: Lang): Promise<void> {
  const [words, library] = await catalogs[lang]()
  i18n.global.setLocaleMessage(lang, words.default as unknown as Record<string, string>)
  i18n.global.locale.value = lang
  libraryLocale.value = library.default
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
  setClient({ lang, offline: t('error.offline') })
  await nextTick()
}

export function lang(): Lang {
  return i18n.global.locale.value as Lang
}

/** The words for code outside components. */
export function t(key: string, args: Record<string, unknown> = {}): string {
  return i18n.global.t(key, args)
}

/** How many of something, for a sentence: written with separators, and as the number the plural form is chosen by. */
export function many(n: number): { count: string; n: number } {
  return { count: n.toLocaleString('en'), n }
}

/**
 * What an action says of one record before it runs, said of many: each of them stands in the place of its name. Quotes
 * around a name, and in Chinese the spaces beside it, go.
 */
export function saidOfMany(text: string, each: string): string {
  const bare = text.replace(/[「“]\{label\}[」”]/g, '{label}')
  const said = (lang() === 'zh' ? bare.replace(/ ?\{label\} ?/g, '{label}') : bare).replaceAll('{label}', each)
  return said && said[0]!.toUpperCase() + said.slice(1)
}

/** What stands between a name and what is said of it. */
export function colon(): string {
  return lang() === 'en' ? ': ' : '：'
}

/** A label as it stands inside a sentence: in English without its capital, unless it is an abbreviation. */
export function inSentence(label: string): string {
  return lang() === 'en' && /^[A-Z][^A-Z]/.test(label) ? label[0]!.toLowerCase() + label.slice(1) : label
}
