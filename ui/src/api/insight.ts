import type { Kind } from './contract'

// What the home page and the cockpit are told. Every figure leads to where its rows stand.

export interface Figure {
  key: string
  label: string
  kind: Kind
  value: string | number
  compare: { label: string; value: string | number } | null
  to: string
  alert: boolean
}

export interface Tile {
  key: string
  label: string
  to: string
  figure: Figure | null
  waiting: { label: string; count: number; to: string } | null
}

export interface HomeItem {
  label: string
  sub: string
  kind: Kind
  value: string | number
  to: string
}

export interface HomeList {
  key: string
  label: string
  to: string
  items: HomeItem[]
}

export interface Step {
  key: string
  label: string
  to: string
  done: boolean
}

export interface Home {
  tiles: Tile[]
  figures: Figure[]
  lists: HomeList[]
  steps: Step[]
}

export interface CockpitChart {
  key: string
  label: string
  kind: 'bar' | 'line' | 'pie'
  flat: boolean
  figure: Kind
  categories: string[]
  series: { name: string; values: (string | null)[] }[]
  to: string[]
  more: string
}

export interface Cockpit {
  year: number
  first: number
  last: number
  charts: CockpitChart[]
}
