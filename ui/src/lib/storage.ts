// Browser storage that never throws: private windows and full disks must not stop anybody from working.

function read<T>(area: () => Storage, key: string, fallback: T): T {
  try {
    const text = area().getItem(`zg:${key}`)
    return text === null ? fallback : (JSON.parse(text) as T)
  } catch {
    return fallback
  }
}

function write(area: () => Storage, key: string, value: unknown): void {
  try {
    if (value === undefined || value === null) area().removeItem(`zg:${key}`)
    else area().setItem(`zg:${key}`, JSON.stringify(value))
  } catch {
    // A full or forbidden storage loses a convenience, nothing else.
  }
}

/** Kept on this machine. A null value removes the key. */
export const local = {
  get: <T>(key: string, fallback: T): T => read(() => localStorage, key, fallback),
  set: (key: string, value: unknown): void => write(() => localStorage, key, value),
}

/** Kept for this tab. A null value removes the key. */
export const tab = {
  get: <T>(key: string, fallback: T): T => read(() => sessionStorage, key, fallback),
  set: (key: string, value: unknown): void => write(() => sessionStorage, key, value),
}
