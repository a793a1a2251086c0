/**
 * Where a text leads that stands in a field of that name: a telephone is called, a mail address written to. "" for any
 * other text.
 */
export function reachOf(name: string, text: string): string {
  if (name === 'email') return /^[^\s@,;]+@[^\s@,;]+$/.test(text) ? `mailto:${text}` : ''
  if (name !== 'phone') return ''
  // What stands behind the number (an extension, a second one) is for people.
  const number = /^\+?[\d() -]{5,}/.exec(text)?.[0].replace(/[^\d+]/g, '') ?? ''
  return number.length < 5 ? '' : `tel:${number}`
}
