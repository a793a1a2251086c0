const inputs =
  'input:not([type=hidden]):not([tabindex="-1"]):not(:disabled), select:not(:disabled), textarea:not(:disabled)'

/** The inputs of a form in the order of the page. */
export function stopsIn(root: ParentNode): HTMLElement[] {
  return Array.from(root.querySelectorAll<HTMLElement>(inputs)).filter((one) => one.offsetParent !== null)
}

/** Puts the cursor into an input and selects what stands there. */
export function settleIn(element: HTMLElement | undefined): boolean {
  if (!element) return false
  element.focus()
  if (element instanceof HTMLInputElement && !['checkbox', 'radio', 'file'].includes(element.type)) element.select()
  return true
}

/**
 * The cursor goes on to the next input of the surrounding [data-walk]; false at the end. Inputs marked
 * data-skip (rarely typed) are passed over.
 */
export function walkNext(from: Element | null = document.activeElement, back = false): boolean {
  const root = from?.closest('[data-walk]')
  if (!root || !(from instanceof HTMLElement)) return false
  const list = stopsIn(root).filter((one) => one === from || !one.closest('[data-skip]'))
  const at = list.indexOf(from)
  return settleIn(list[at + (back ? -1 : 1)])
}

/** Enter in a dialog's form: on to the next field, at the last one (or with Ctrl) it is sent. */
export function enterWalks(event: KeyboardEvent, send: () => void): void {
  const target = event.target as HTMLElement
  if (event.key !== 'Enter' || event.isComposing || event.defaultPrevented) return
  const ctrl = event.ctrlKey || event.metaKey
  if (!ctrl && !['INPUT', 'SELECT'].includes(target.tagName)) return
  event.preventDefault()
  if (ctrl || !walkNext(target, event.shiftKey)) send()
}
