import { ref } from 'vue'
import { setClient } from '@/api/client'

// One place in which the person shows again who it is. Requests that wait for it meanwhile share the answer.
const asking = ref(false)
let waiting: Promise<boolean> | undefined
let answer: (done: boolean) => void = () => {}

function prove(): Promise<boolean> {
  waiting ??= new Promise<boolean>((resolve) => {
    answer = resolve
    asking.value = true
  }).finally(() => {
    waiting = undefined
    asking.value = false
  })
  return waiting
}

/** What the dialog needs: whether to ask, and where to put the answer. */
export function useProof() {
  setClient({ prove })
  return { asking, done: (ok: boolean) => answer(ok) }
}
