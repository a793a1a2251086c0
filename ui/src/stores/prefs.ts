import { defineStore } from 'pinia'
import { ref, watchEffect } from 'vue'
import { setLang, type Lang } from '@/i18n'
import { keyMaps, type KeyMap } from '@/lib/keymap'
import { local } from '@/lib/storage'

export type Theme = 'auto' | 'light' | 'dark'

/** What a person prefers on this machine: language, theme, larger type, the map of keys. */
export const usePrefs = defineStore('prefs', () => {
  const guess: Lang = /^zh/i.test(navigator.language) ? 'zh' : 'en'
  const lang = ref<Lang>(local.get<Lang>('lang', guess))
  const theme = ref<Theme>(local.get<Theme>('theme', 'auto'))
  const large = ref(local.get('large', false))
  const keptKeys = local.get<KeyMap>('keys', 'house')
  const keys = ref<KeyMap>(keyMaps.includes(keptKeys) ? keptKeys : 'house')
  const system = matchMedia('(prefers-color-scheme: dark)')
  const systemDark = ref(system.matches)
  system.addEventListener?.('change', (event) => (systemDark.value = event.matches))

  watchEffect(() => {
    const dark = theme.value === 'dark' || (theme.value === 'auto' && systemDark.value)
    document.documentElement.dataset.theme = dark ? 'dark' : 'light'
    document.documentElement.classList.toggle('dark', dark)
    document.documentElement.classList.toggle('large', large.value)
    local.set('theme', theme.value)
    local.set('large', large.value)
    local.set('keys', keys.value)
  })

  /** A language chosen at the door, by whoever is about to come in. */
  const picked = ref(false)

  async function use(next: Lang): Promise<void> {
    lang.value = next
    local.set('lang', next)
    await setLang(next)
  }

  return { lang, theme, large, keys, picked, use }
})
