/** The size of a file as people say it. */
export function formatSize(bytes: number): string {
  const mb = bytes / 1024 / 1024
  if (mb < 1) return `${Math.ceil(bytes / 1024)} KB`
  return mb < 1024 ? `${Math.round(mb * 10) / 10} MB` : `${Math.round(mb / 102.4) / 10} GB`
}
