// @vitest-environment happy-dom
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { many, saidOfMany, setLang, t } from '@/i18n'
import en from './en.json'
import zh from './zh-CN.json'

type Catalog = Record<string, Record<string, string>>

function keys(catalog: Catalog): string[] {
  return Object.entries(catalog).flatMap(([group, words]) => Object.keys(words).map((key) => `${group}.${key}`))
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return /\.(vue|ts)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [path] : []
  })
}

const used = new Set(
  sources(join(__dirname, '..')).flatMap((path) =>
    Array.from(readFileSync(path, 'utf8').matchAll(/\bt\(\s*'([^']+)'/g), (found) => found[1]!),
  ),
)

it('both catalogs have the same keys', () => {
  expect(keys(en as Catalog)).toEqual(keys(zh as Catalog))
})

it('both catalogs have the same arguments', () => {
  // The forms of a plural, between bars, each name them again.
  const args = (text: string) => [...new Set(Array.from(text.matchAll(/\{(\w+)\}/g), (found) => found[1]!))].toSorted()
  for (const [group, words] of Object.entries(zh as Catalog)) {
    for (const [key, text] of Object.entries(words)) {
      expect([`${group}.${key}`, args((en as Catalog)[group]![key]!)]).toEqual([`${group}.${key}`, args(text)])
    }
  }
})

it('every key used in the source exists, and every key is used', () => {
  const known = keys(zh as Catalog)
  expect([...used].filter((key) => !known.includes(key))).toEqual([])
  expect(known.filter((key) => !used.has(key))).toEqual([])
})

it.each(['zh', 'en'] as const)('%s: every sentence can be said', async (lang) => {
  await setLang(lang)
  for (const key of keys(zh as Catalog)) expect([key, t(key).includes("{'")]).toEqual([key, false])
})

it('the words keep the house style', () => {
  for (const words of Object.values(zh as Catalog)) {
    for (const text of Object.values(words)) expect(text).not.toMatch(/[!！]|[\u4e00-\u9fff][,;:?]/)
  }
  for (const words of Object.values(en as Catalog)) {
    for (const text of Object.values(words)) expect(text).not.toMatch(/[\u4e00-\u9fff]|!/)
  }
})

describe('words of number', () => {
  const cases: ['zh' | 'en', string, number, string][] = [
    ['en', 'bulk.count', 1, '1 record'],
    ['en', 'bulk.count', 2, '2 records'],
    ['en', 'bulk.count', 1284, '1,284 records'],
    ['en', 'bulk.count', 0, '0 records'],
    ['en', 'list.bulkWaiting', 1, '1 waits for approval.'],
    ['en', 'list.bulkWaiting', 3, '3 wait for approval.'],
    ['zh', 'bulk.count', 1284, '1,284 条'],
  ]
  it.each(cases)('%s %s of %i is %s', async (lang, key, n, want) => {
    await setLang(lang)
    expect(t(key, many(n))).toBe(want)
  })

  it.each([
    ['en', '{label} goes to the pool.', 'Each of the 2 records goes to the pool.'],
    ['en', 'Publish “{label}” and tell everybody.', 'Publish each of the 2 records and tell everybody.'],
    ['zh', '「{label}」赢单。', '这 2 条记录赢单。'],
    ['zh', '作废 {label}，不能恢复。', '作废这 2 条记录，不能恢复。'],
  ] as const)('%s: %s is said of many', async (lang, text, want) => {
    await setLang(lang)
    expect(saidOfMany(text, t('bulk.each', many(2)))).toBe(want)
  })
})
