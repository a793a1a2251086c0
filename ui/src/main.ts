import './lib/older'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n } from './i18n'
import { router } from './router'
import { usePrefs } from './stores/prefs'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/print.css'

async function start(): Promise<void> {
  const app = createApp(App)
  app.use(createPinia())
  app.use(i18n)
  const prefs = usePrefs()
  await prefs.use(prefs.lang)
  app.use(router)
  app.mount('#app')
}

void start()
