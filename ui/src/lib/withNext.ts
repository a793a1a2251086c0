/** A sentence followed by the one that says what to do. */
export function withNext(detail: string, next?: string): string {
  if (!next) return detail
  const chinese = /[\u4e00-\u9fff]/.test(next)
  const end = /[。.！!？?]$/.test(detail) ? '' : chinese ? '。' : '.'
  return detail + end + (chinese ? '' : ' ') + next
}
