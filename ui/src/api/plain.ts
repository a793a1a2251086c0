import type { Action, Resource } from './contract'

/** An action of which nothing is known but this. */
export function plainAction(known: Pick<Action, 'name' | 'label'> & Partial<Action>): Action {
  return {
    from: [],
    to: '',
    input: [],
    primary: false,
    danger: false,
    collection: false,
    confirm: '',
    key: '',
    ...known,
  }
}

/** A kind of record of which nothing is known but this. */
export function plainResource(known: Partial<Resource>): Resource {
  return {
    name: '',
    path: '',
    label: '',
    plural: '',
    kind: 'setup',
    fields: [],
    lines: [],
    states: [],
    actions: [],
    can: [],
    empty: '',
    quick: [],
    preview: false,
    prints: [],
    title: '',
    natural_key: '',
    ...known,
  }
}
