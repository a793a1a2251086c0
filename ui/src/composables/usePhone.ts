import { onBeforeUnmount, ref, type Ref } from 'vue'

/** True while the window is as narrow as a phone. */
export function usePhone(): Ref<boolean> {
  const query = matchMedia('(max-width: 767px)')
  const phone = ref(query.matches)
  const listen = (event: MediaQueryListEvent) => (phone.value = event.matches)
  query.addEventListener('change', listen)
  onBeforeUnmount(() => query.removeEventListener('change', listen))
  return phone
}
