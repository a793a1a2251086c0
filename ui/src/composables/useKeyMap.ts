import { bind, commandOf, keyLabel, keysOf, means, type Command } from '@/lib/keymap'
import { usePrefs } from '@/stores/prefs'
import { comboOf } from './useKeys'

/** The keys of the map this person chose. */
export function useKeyMap() {
  const prefs = usePrefs()

  /** The key to show for a command. */
  const label = (command: Command): string => keyLabel(keysOf(command, prefs.keys)[0]!)

  return {
    label,
    /** The key to show for an action of a record, "" when it has none. */
    labelOf: (action: Parameters<typeof commandOf>[0]): string => {
      const command = commandOf(action)
      return command ? label(command) : ''
    },
    is: (event: KeyboardEvent, command: Command): boolean => means(comboOf(event), command, prefs.keys),
    bound: <H>(handlers: Partial<Record<Command, H>>): Record<string, H> => bind(prefs.keys, handlers),
  }
}
