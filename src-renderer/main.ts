/** Starts the page: styles first, then one app with one pinia. */
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './app.vue'
import { toFailure } from '../src-preload/contract/failure'
import { useApp } from './stores/app'

const app = createApp(App)
app.use(createPinia())

// A bug in the page is told to the user; it never leaves a silent, half-dead window.
const shell = useApp()
app.config.errorHandler = (error) => {
  console.error(error)
  shell.fail(toFailure(error))
}
window.addEventListener('unhandledrejection', (event) => {
  shell.fail(toFailure(event.reason))
})

app.mount('#app')
