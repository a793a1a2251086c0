import { onBeforeUnmount, onMounted } from 'vue'

/** "ctrl+s", "f9", "alt+n". Command counts as Ctrl, so that a Mac needs no second table. */
export function comboOf(event: KeyboardEvent): string {
  const parts = []
  if (event.ctrlKey || event.metaKey) parts.push('ctrl')
  if (event.altKey) parts.push('alt')
  if (event.shiftKey && event.key.length > 1) parts.push('shift')
  // With Alt some systems tell the sign it makes (ñ, µ) instead of the key.
  const plain = event.altKey ? /^(?:Key|Digit)(.)$/.exec(event.code)?.[1] : undefined
  return [...parts, (plain ?? event.key).toLowerCase()].join('+')
}

/** True while the person types: single letters and Backspace then belong to the input. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  )
}

/** True while a dialog or drawer lies over the page: the page's keys then rest. */
function covered(): boolean {
  return Array.from(document.querySelectorAll<HTMLElement>('.el-overlay')).some((one) => one.style.display !== 'none')
}

/** Keys of a page, as long as it is shown. A handler that returns false lets the browser go on. */
export function useKeys(keys: () => Record<string, (event: KeyboardEvent) => unknown>): void {
  const listen = (event: KeyboardEvent) => {
    if (event.isComposing || event.defaultPrevented || covered()) return
    const handler = keys()[comboOf(event)]
    if (handler && handler(event) !== false) event.preventDefault()
  }
  onMounted(() => addEventListener('keydown', listen))
  onBeforeUnmount(() => removeEventListener('keydown', listen))
}
