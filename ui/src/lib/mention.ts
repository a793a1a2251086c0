/** What is typed behind an @ that ends at the caret, null when no name is being typed there. */
export function mentionAt(text: string, caret: number): string | null {
  const found = /@([^\s@]{0,20})$/u.exec(text.slice(0, caret))
  return found ? found[1]! : null
}
