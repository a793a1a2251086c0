import { expect, it } from 'vitest'
import { ApiError } from '@/api/client'
import { patiently, pause } from './patient'

const busy = (retry_after?: number, status = 429) => new ApiError({ status, retry_after })

it('waits as long as the server says, and at least a second', () => {
  expect(pause(busy(7))).toBe(7)
  expect(pause(busy())).toBe(1)
  expect(pause(busy(9999))).toBe(120)
  expect(pause(busy(3, 503))).toBe(3)
  expect(pause(busy(undefined, 503))).toBe(0)
  expect(pause(busy(3, 403))).toBe(0)
  expect(pause(new Error('x'))).toBe(0)
})

it('asks again after each wait until there is an answer', async () => {
  const refusals = [busy(2), busy(1)]
  const waits: number[] = []
  let seconds = 0
  const got = await patiently(
    async () => {
      const error = refusals.shift()
      if (error) throw error
      return 'link'
    },
    { stopped: () => false, waits: (left) => waits.push(left), second: async () => void seconds++ },
  )
  expect(got).toBe('link')
  expect(seconds).toBe(3)
  expect(waits).toEqual([2, 1, 0, 1, 0])
})

it('gives up at once when it is stopped during a wait', async () => {
  let tries = 0
  let seconds = 0
  const got = await patiently(
    async () => {
      tries++
      throw busy(60)
    },
    { stopped: () => seconds === 2, second: async () => void seconds++ },
  )
  expect(got).toBeUndefined()
  expect([tries, seconds]).toEqual([1, 2])
})

it('tells every other refusal', async () => {
  const work = async () => {
    throw busy(5, 422)
  }
  await expect(patiently(work, { stopped: () => false })).rejects.toMatchObject({ status: 422 })
})
