import { ref } from 'vue'

const pause = 600

/** Whether something was just done: where the button stood that did it another one stands now, which a second tap must not hit. */
export const resting = ref(false)
let timer = 0

export function rest(): void {
  resting.value = true
  clearTimeout(timer)
  timer = window.setTimeout(() => (resting.value = false), pause)
}
