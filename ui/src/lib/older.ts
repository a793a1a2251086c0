// What the oldest browsers of assets/browsers.json lack of the library that this program uses. Syntax is the build's business.
// Chromium has these since 110, Firefox since 115.

type Order = (a: unknown, b: unknown) => number

/** What is put where it is missing; the page and nothing else calls this, once. */
export function complete(list: unknown[]): void {
  const missing: Record<string, (this: unknown[], ...args: never[]) => unknown[]> = {
    toReversed() {
      const copy = [...this]
      copy.reverse()
      return copy
    },
    toSorted(order?: Order) {
      const copy = [...this]
      copy.sort(order)
      return copy
    },
    toSpliced(...args: never[]) {
      const copy = [...this]
      copy.splice(...(args as unknown as [number, number, ...unknown[]]))
      return copy
    },
  }
  for (const [name, value] of Object.entries(missing)) {
    if (!(name in list)) {
      Object.defineProperty(list, name, { value, configurable: true, writable: true })
    }
  }
}

complete(Array.prototype as unknown[])
