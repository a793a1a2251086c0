import type { Router } from 'vue-router'
import { uuid } from './uuid'

export interface OnPaper {
  template?: string
  /** Print at once when the page is there; a reload does not print again. */
  now?: boolean
}

/** The address of the print preview of records. */
export function paperAt(router: Router, resource: string, ids: number[], how: OnPaper = {}): string {
  const query: Record<string, string> = { ids: ids.join(',') }
  if (how.template) query.paper = how.template
  if (how.now) query.now = uuid()
  return router.resolve({ path: `/print/${resource}`, query }).href
}
