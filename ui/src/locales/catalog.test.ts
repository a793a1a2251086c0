import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
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
  const args = (text: string) => Array.from(text.matchAll(/\{(\w+)\}/g), (found) => found[1]!).toSorted()
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

it('the words keep the house style', () => {
  for (const words of Object.values(zh as Catalog)) {
    for (const text of Object.values(words)) expect(text).not.toMatch(/[!！]|[\u4e00-\u9fff][,;:?]/)
  }
  for (const words of Object.values(en as Catalog)) {
    for (const text of Object.values(words)) expect(text).not.toMatch(/[\u4e00-\u9fff]|!/)
  }
})
