import { computed, ref, shallowReactive } from 'vue'
import { ask, get } from '@/api/client'
import type { FileItem } from '@/api/contract'
import { complain } from '@/lib/notify'
import { freeName, keepPictures, keptPictures } from '@/lib/pictures'
import { uuid } from '@/lib/uuid'

/** Sheets of money to which a picture belongs: the slip of a transfer, an invoice, a signed receipt. */
const pictured = ['settlement.receipt', 'settlement.payment', 'settlement.expense']

/** A picture that is not with the server yet. */
export interface Photo {
  file: File
  url: string
}

// What was taken waits here for the record it belongs to, and for a connection that bears it.
const waiting = shallowReactive(new Map<string, Photo[]>())
const sending = shallowReactive(new Set<string>())
/** Counts what arrived, so that whoever shows the files of a record reads them again. */
const arrived = ref(0)

const keyOf = (path: string, id: number | null) => `${path}/${id ?? 'new'}`

export function takesPhotos(name: string): boolean {
  return pictured.includes(name)
}

/** The files of a record; of a new one there are none. */
async function filesOf(path: string, id: number | null): Promise<FileItem[]> {
  if (id === null) return []
  return (await get<{ items: FileItem[] | null }>(`${path}/${id}/files`)).items ?? []
}

/** Hangs what waits on the record, one by one; what an answer was lost of is not sent twice. */
async function send(path: string, id: number): Promise<void> {
  const key = keyOf(path, id)
  if (sending.has(key) || !waiting.get(key)?.length) return
  sending.add(key)
  try {
    let there = await filesOf(path, id)
    for (let next = waiting.get(key)?.[0]; next; next = waiting.get(key)?.[0]) {
      const { file, url } = next
      if (!there.some((one) => one.name === file.name && one.size === file.size)) {
        const form = new FormData()
        form.append('file', file)
        there = (await ask<{ items: FileItem[] }>('POST', `${path}/${id}/files`, { form, key: uuid() })).data.items
      }
      waiting.set(key, (waiting.get(key) ?? []).slice(1))
      URL.revokeObjectURL(url)
      arrived.value++
    }
  } catch (error) {
    complain(error)
  } finally {
    sending.delete(key)
  }
}

/** The record that was new is there: its pictures go with it. */
export function photosSaved(path: string, id: number): void {
  const taken = waiting.get(keyOf(path, null))
  waiting.delete(keyOf(path, null))
  void keepPictures(path, [])
  if (!taken?.length) return
  waiting.set(keyOf(path, id), [...(waiting.get(keyOf(path, id)) ?? []), ...taken])
  void send(path, id)
}

/** The pictures of one record: those that wait and those that are stored. */
export function usePhotos(path: string, id: number | null) {
  const key = keyOf(path, id)
  const stored = ref<FileItem[]>([])
  let names: string[] = []
  const taken = computed(() => waiting.get(key) ?? [])
  const busy = computed(() => sending.has(key))

  function drop(photo: Photo): void {
    URL.revokeObjectURL(photo.url)
    waiting.set(
      key,
      taken.value.filter((one) => one !== photo),
    )
    keep()
  }

  /** What belongs to a sheet that is not saved outlives a reload with it. */
  function keep(): void {
    if (id === null)
      void keepPictures(
        path,
        taken.value.map((one) => one.file),
      )
  }

  function add(files: File[]): void {
    for (const file of files) {
      // Cameras call every picture alike; two of one name would be taken for one.
      const name = freeName(file.name, [...names, ...taken.value.map((one) => one.file.name)])
      const own = name === file.name ? file : new File([file], name, { type: file.type })
      waiting.set(key, [...taken.value, { file: own, url: URL.createObjectURL(own) }])
    }
    keep()
    if (id !== null) void send(path, id)
  }

  async function load(): Promise<void> {
    const found = await filesOf(path, id).catch(() => [])
    names = found.map((one) => one.name)
    stored.value = found.filter((one) => one.type.startsWith('image/'))
  }

  /** A new sheet begins without the pictures of one that was left; what was brought back has its own again. */
  async function begin(restored: boolean): Promise<void> {
    if (id !== null) return load()
    const kept = restored ? await keptPictures(path) : []
    ;[...taken.value].forEach(drop)
    if (kept.length) add(kept)
    else keep()
  }

  return {
    stored,
    taken,
    busy,
    arrived,
    add,
    drop,
    load,
    begin,
    again: () => (id === null ? undefined : send(path, id)),
  }
}
