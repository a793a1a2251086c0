/** The prefix of the open company: "" for the only or default one, "/c/<slug>" for a named one. */
export const companyBase: string = /^\/c\/[^/]+/.exec(globalThis.location?.pathname ?? '')?.[0] ?? ''

/** Turns a server path such as /api/v1/sales/orders into one of the open company. */
export function companyUrl(path: string): string {
  return path.startsWith(`${companyBase}/`) && companyBase !== '' ? path : companyBase + path
}
