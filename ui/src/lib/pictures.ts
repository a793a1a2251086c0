// Pictures of a sheet that is not saved yet: too large for the storage that keeps its words, they lie in the browser's own
// database until the sheet is saved or given up. Private windows and full disks lose them, and stop nobody.

import { companyBase } from './base'
import { tab } from './storage'
import { uuid } from './uuid'

interface Kept {
  key: string
  files: File[]
  at: number
}

/** A name that is not used yet: the same, or with a number before its ending. */
export function freeName(name: string, used: string[]): string {
  const dot = name.lastIndexOf('.')
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
  let free = name
  for (let n = 2; used.includes(free); n++) free = `${stem}-${n}${ending}`
  return free
}

/** Milliseconds after which pictures of a tab that never came back are thrown away. */
const stale = 7 * 24 * 3600 * 1000

/** One tab does not take the pictures of another. */
function keyOf(path: string): string {
  const known = tab.get('pictures', '')
  const name = known || uuid()
  if (!known) tab.set('pictures', name)
  return `${companyBase}:${name}:${path}`
}

function open(): Promise<IDBObjectStore> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open('zg:pictures', 1)
    asked.addEventListener('upgradeneeded', () => asked.result.createObjectStore('waiting', { keyPath: 'key' }))
    asked.addEventListener('error', () => reject(asked.error))
    asked.addEventListener('success', () => {
      const store = asked.result.transaction('waiting', 'readwrite').objectStore('waiting')
      store.transaction.addEventListener('complete', () => asked.result.close())
      resolve(store)
    })
  })
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error))
  })
}

/** Keeps the pictures of a new sheet of this tab; none drops what was kept. */
export async function keepPictures(path: string, files: File[]): Promise<void> {
  try {
    const store = await open()
    const key = keyOf(path)
    if (files.length) store.put({ key, files, at: Date.now() } satisfies Kept)
    else store.delete(key)
  } catch {
    // Without the database they are there until the page is loaded anew.
  }
}

/** The pictures kept for the new sheet of this tab. What was forgotten long ago goes. */
export async function keptPictures(path: string): Promise<File[]> {
  try {
    const store = await open()
    const all = await answer(store.getAll() as IDBRequest<Kept[]>)
    for (const one of all) if (one.at < Date.now() - stale) store.delete(one.key)
    return all.find((one) => one.key === keyOf(path))?.files ?? []
  } catch {
    return []
  }
}
