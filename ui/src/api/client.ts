import { companyUrl } from '@/lib/base'
import type { Problem } from './contract'

/** A refused request. `status` 0 means the server was not reached. */
export class ApiError extends Error {
  readonly status: number
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail || problem.title || String(problem.status))
    this.status = problem.status
    this.problem = problem
  }
}

/** Whether somebody else was faster, so that the record as it is now is to be shown. Other clashes are plain refusals. */
export function changedMeanwhile(error: unknown): error is ApiError {
  return error instanceof ApiError && ['version', 'state.wrong'].includes(error.problem.code ?? '')
}

export interface Ask {
  body?: unknown
  form?: FormData
  /** Idempotency key; one for each intent of the person. */
  key?: string
  version?: number
  query?: Query
  signal?: AbortSignal
}

export type Query = Record<string, string | number | boolean | string[] | null | undefined>

const hooks = {
  lang: 'zh',
  offline: 'offline',
  unauthorised: () => {},
  /** Lets the person show again who it is; true when that is done. */
  prove: async () => false,
  /** Puts a question of the server to the person; true for an explicit yes. */
  agree: async (_problem: Problem) => false,
}

/** Refusals that are questions: agreed to, the same request does it. */
const questions = ['stock.below', 'opening.worthless', 'slip.day', 'party.twin', 'item.twin']

function asked(problem: Problem): string[] {
  const all = problem.errors?.length ? problem.errors.map((one) => one.code) : [problem.code]
  const codes = [...new Set(all.map((code) => code ?? ''))]
  return problem.status === 422 && codes.every((code) => questions.includes(code)) ? codes : []
}

/** Wires the client to the language and to what happens when the session is gone. */
export function setClient(part: Partial<typeof hooks>): void {
  Object.assign(hooks, part)
}

/** Adds query parameters to a path; empty ones are left out, lists are repeated. */
export function withQuery(path: string, query?: Query): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (Array.isArray(value)) for (const one of value) params.append(name, one)
    else if (value !== undefined && value !== null && value !== '') params.set(name, String(value))
  }
  const text = params.toString()
  return text ? `${path}${path.includes('?') ? '&' : '?'}${text}` : path
}

/** An address for a link or a window (export, print, file); carries the language. */
export function href(path: string, query?: Query): string {
  return companyUrl(withQuery(path, { ...query, lang: hooks.lang }))
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const data = (await response.json()) as Problem
    return { ...data, status: response.status }
  } catch {
    return { status: response.status, title: response.statusText }
  }
}

/**
 * Sends one request. A grave one that is refused until the person has shown again who it is, is sent again after that; one that
 * is answered with a question, when the person agrees.
 */
async function send(method: string, path: string, what: Ask): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': hooks.lang }
  if (what.body !== undefined) headers['Content-Type'] = 'application/json'
  if (what.key) headers['Idempotency-Key'] = what.key
  if (what.version !== undefined) headers['If-Match'] = `"${what.version}"`
  let agreed: string[] = []
  for (let proven = false; ;) {
    let response: Response
    try {
      response = await fetch(
        companyUrl(withQuery(path, { ...what.query, ...(agreed.length && { agree: agreed.join(',') }) })),
        {
          method,
          headers,
          credentials: 'same-origin',
          signal: what.signal,
          body: what.form ?? (what.body === undefined ? undefined : JSON.stringify(what.body)),
        },
      )
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error
      throw new ApiError({ status: 0, detail: hooks.offline })
    }
    if (response.ok) return response
    const problem = await problemOf(response)
    if (problem.code === 'stepup.needed' && !proven && (await hooks.prove())) {
      proven = true
      continue
    }
    const open = asked(problem).filter((code) => !agreed.includes(code))
    if (open.length && (await hooks.agree(problem))) {
      agreed = [...agreed, ...open]
      continue
    }
    if (response.status === 401 && !path.startsWith('/api/v1/session')) hooks.unauthorised()
    throw new ApiError(problem)
  }
}

/** Sends one request and returns the decoded body with its status; throws ApiError when refused. */
export async function ask<T>(method: string, path: string, what: Ask = {}): Promise<{ status: number; data: T }> {
  const response = await send(method, path, what)
  const text = await response.text()
  return { status: response.status, data: (text ? JSON.parse(text) : null) as T }
}

/** Fetches a file and lets the browser save it under the name that the server gives. */
export async function save(path: string, query?: Query): Promise<void> {
  const response = await send('GET', path, { query: { ...query, lang: hooks.lang } })
  const said = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('Content-Disposition') ?? '')
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = said ? decodeURIComponent(said[1]!) : ''
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** The common case: read something. */
export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return (await ask<T>('GET', path, { query, signal })).data
}

/** True for an answer that was dropped on purpose. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
