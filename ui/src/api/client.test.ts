import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiError, ask, get, href, setClient, withQuery } from './client'

afterEach(() => vi.unstubAllGlobals())

function answer(status: number, body: unknown): ReturnType<typeof vi.fn> {
  const text = body === undefined ? null : JSON.stringify(body)
  const fetch = vi.fn(() => Promise.resolve(new Response(text, { status })))
  vi.stubGlobal('fetch', fetch)
  return fetch
}

it('builds addresses: lists repeat, empty values go', () => {
  expect(withQuery('/a', { filter: ['x:eq:1', 'y:ge:2'], q: '', cursor: null, limit: 50 })).toBe(
    '/a?filter=x%3Aeq%3A1&filter=y%3Age%3A2&limit=50',
  )
  expect(withQuery('/a?b=1', { c: 2 })).toBe('/a?b=1&c=2')
  setClient({ lang: 'en' })
  expect(href('/a/export.xlsx', { q: 'x' })).toBe('/a/export.xlsx?q=x&lang=en')
})

describe('ask', () => {
  it('sends version and key', async () => {
    const fetch = answer(200, { id: 1 })
    const got = await ask('PATCH', '/a/1', { body: { x: '1' }, key: 'k', version: 4 })
    expect(got).toEqual({ status: 200, data: { id: 1 } })
    expect(fetch.mock.calls[0]).toEqual([
      '/a/1',
      {
        method: 'PATCH',
        headers: {
          Accept: 'application/json',
          'Accept-Language': 'en',
          'Content-Type': 'application/json',
          'Idempotency-Key': 'k',
          'If-Match': '"4"',
        },
        credentials: 'same-origin',
        signal: undefined,
        body: '{"x":"1"}',
      },
    ])
  })
  it('lets the person show again who it is, and sends the same request once more', async () => {
    const refused = () => new Response(JSON.stringify({ status: 403, code: 'stepup.needed' }), { status: 403 })
    const fetch = vi
      .fn()
      .mockResolvedValueOnce(refused())
      .mockResolvedValueOnce(new Response('{"id":1}', { status: 200 }))
    vi.stubGlobal('fetch', fetch)
    const prove = vi.fn(() => Promise.resolve(true))
    setClient({ prove })
    expect(await ask('POST', '/a', { body: { x: '1' }, key: 'k' })).toEqual({ status: 200, data: { id: 1 } })
    expect(fetch.mock.calls[1]).toEqual(fetch.mock.calls[0])
    fetch.mockReset().mockImplementation(() => Promise.resolve(refused()))
    expect(await ask('POST', '/a').catch((caught: unknown) => (caught as ApiError).problem.code)).toBe('stepup.needed')
    expect([fetch.mock.calls.length, prove.mock.calls.length]).toEqual([2, 2])
    prove.mockImplementation(() => Promise.resolve(false))
    expect(await ask('POST', '/a').catch((caught: unknown) => (caught as ApiError).status)).toBe(403)
    expect(fetch.mock.calls.length).toBe(3)
  })
  it('puts a question to the person once, and sends the same request with the answer', async () => {
    const question = () =>
      new Response(
        JSON.stringify({ status: 422, code: 'stock.below', errors: [{ pointer: '/x', code: 'stock.below' }] }),
        {
          status: 422,
        },
      )
    const fetch = vi
      .fn()
      .mockResolvedValueOnce(question())
      .mockResolvedValueOnce(new Response('{"id":1}', { status: 200 }))
    vi.stubGlobal('fetch', fetch)
    const agree = vi.fn(() => Promise.resolve(true))
    setClient({ agree })
    expect(await ask('POST', '/a', { body: { x: '1' }, key: 'k', query: { action: 'post' } })).toEqual({
      status: 200,
      data: { id: 1 },
    })
    expect(fetch.mock.calls.map((call) => call[0] as string)).toEqual([
      '/a?action=post',
      '/a?action=post&agree=stock.below',
    ])
    expect(fetch.mock.calls[1]![1]).toEqual(fetch.mock.calls[0]![1])
    agree.mockImplementation(() => Promise.resolve(false))
    fetch.mockReset().mockImplementation(() => Promise.resolve(question()))
    expect(await ask('POST', '/a').catch((caught: unknown) => (caught as ApiError).problem.code)).toBe('stock.below')
    expect([fetch.mock.calls.length, agree.mock.calls.length]).toEqual([1, 2])
    // A second question is put by itself: a yes to one is none to the other.
    const other = () => new Response(JSON.stringify({ status: 422, code: 'opening.worthless' }), { status: 422 })
    agree.mockImplementation(() => Promise.resolve(true))
    fetch
      .mockReset()
      .mockResolvedValueOnce(question())
      .mockResolvedValueOnce(other())
      .mockResolvedValueOnce(new Response('{}', { status: 200 }))
    await ask('POST', '/a')
    expect(fetch.mock.calls.map((call) => call[0] as string)).toEqual([
      '/a',
      '/a?agree=stock.below',
      '/a?agree=stock.below%2Copening.worthless',
    ])
    agree.mockReset().mockImplementation(() => Promise.resolve(false))
    // What is refused for another reason as well is no question.
    const both = { status: 422, errors: [{ code: 'stock.below' }, { code: 'required' }] }
    fetch.mockReset().mockImplementation(() => Promise.resolve(new Response(JSON.stringify(both), { status: 422 })))
    await ask('POST', '/a').catch(() => null)
    expect(agree.mock.calls.length).toBe(0)
  })
  it('reads an empty answer', async () => {
    answer(204, undefined)
    expect(await ask('DELETE', '/a/1')).toEqual({ status: 204, data: null })
  })
  it('throws the problem the server described', async () => {
    answer(422, { status: 422, code: 'rule', detail: 'no', errors: [{ pointer: '/x', detail: 'bad' }] })
    const error = await get('/a').catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ApiError)
    expect((error as ApiError).problem.errors).toEqual([{ pointer: '/x', detail: 'bad' }])
  })
  it('tells when the server is away and when the session is gone', async () => {
    vi.stubGlobal(
      'fetch',
      vi.fn(() => Promise.reject(new TypeError('x'))),
    )
    setClient({ offline: 'away' })
    await expect(get('/a')).rejects.toMatchObject({ status: 0, message: 'away' })
    const gone = vi.fn()
    setClient({ unauthorised: gone })
    answer(401, { status: 401 })
    await expect(get('/a')).rejects.toMatchObject({ status: 401 })
    await expect(get('/api/v1/session')).rejects.toMatchObject({ status: 401 })
    expect(gone).toHaveBeenCalledTimes(1)
  })
})
