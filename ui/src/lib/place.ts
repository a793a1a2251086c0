// A page is built anew for each address, but for one case: a sheet that was new becomes the page of the draft it was stored as.
// Its address changes under it, and whoever types notices nothing.

let kept = ''

/** The page on the screen will be the one at this path. */
export function keepPage(path: string): void {
  kept = path
}

/** Whether the page on the screen stays at a path that the address changed to. Asked once for each change. */
export function staysAt(path: string): boolean {
  const same = path === kept
  kept = ''
  return same
}
