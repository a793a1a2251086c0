// Drafts that came into being by themselves while a sheet was being typed, and that nobody has saved, posted or kept since:
// who leaves one is asked whether it is wanted. Kept on this machine.

import { companyBase } from './base'
import { local } from './storage'

const key = `selfmade:${companyBase}`
const most = 200

const nameOf = (resource: string, id: number) => `${resource}:${id}`
const all = () => local.get<string[]>(key, [])

export function isSelfmade(resource: string, id: number | null): boolean {
  return id !== null && all().includes(nameOf(resource, id))
}

export function markSelfmade(resource: string, id: number): void {
  local.set(key, [...all().filter((one) => one !== nameOf(resource, id)), nameOf(resource, id)].slice(-most))
}

/** Somebody wants it, or it is gone. */
export function forgetSelfmade(resource: string, id: number | null): void {
  const rest = all().filter((one) => id === null || one !== nameOf(resource, id))
  local.set(key, rest.length ? rest : null)
}
