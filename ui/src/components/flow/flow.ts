import { inject, provide, reactive, type ComputedRef, type InjectionKey, type Ref } from 'vue'
import type { Option, ProblemItem } from '@/api/contract'
import type { Subject } from '@/lib/condition'

/** What every part of the drawing needs to know. */
export interface FlowContext {
  subjects: ComputedRef<Subject[]>
  roles: Ref<Option[]>
  /** Names of records by "resource:id". */
  names: Map<string, string>
  /** Names of users by id. */
  users: Map<number, string>
  /** The path of the node that is open, as the server's pointers say it. */
  open: Ref<string>
  editable: ComputedRef<boolean>
  /** What is wrong at a path, and with `within` anywhere beneath it. */
  problems: (path: string, within?: boolean) => ProblemItem[]
}

const key: InjectionKey<FlowContext> = Symbol('flow')

export function provideFlow(context: Omit<FlowContext, 'names' | 'users'>): FlowContext {
  const made = { ...context, names: reactive(new Map<string, string>()), users: reactive(new Map<number, string>()) }
  provide(key, made)
  return made
}

export function useFlow(): FlowContext {
  const found = inject(key)
  if (!found) throw new Error('a part of the flow designer stands outside of it')
  return found
}
