// Reading a barcode from a photo: in the page where the browser can, else by the server.

import { ask } from '@/api/client'

interface Detector {
  detect(from: ImageBitmap): Promise<{ rawValue: string }[]>
}

const longestSide = 1600

/** The photo no larger than is needed to read it, as a JPEG. Where the page cannot draw it, it goes as it is. */
async function smaller(file: Blob): Promise<Blob> {
  try {
    const bitmap = await createImageBitmap(file)
    const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(bitmap.width * scale))
    canvas.height = Math.max(1, Math.round(bitmap.height * scale))
    canvas.getContext('2d')!.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.9))
    return made ?? file
  } catch {
    return file
  }
}

async function byPage(file: Blob): Promise<string> {
  const known = (globalThis as { BarcodeDetector?: new () => Detector }).BarcodeDetector
  if (!known) return ''
  try {
    const found = await new known().detect(await createImageBitmap(file))
    return found[0]?.rawValue ?? ''
  } catch {
    return ''
  }
}

/** The code in a photo, "" when there is none. */
export async function codeOf(file: Blob): Promise<string> {
  const here = await byPage(file)
  if (here) return here
  const form = new FormData()
  form.append('file', await smaller(file), 'photo.jpg')
  const { data } = await ask<{ code: string }>('POST', '/api/v1/counter/barcode', { form })
  return data.code
}
