import type { EChartsCoreOption } from 'echarts/core'
import type { Kind } from '@/api/contract'
import { formatFigure } from '@/lib/decimal'

export interface Series {
  name: string
  /** Decimals as the server sent them; null is no value. */
  values: (string | null)[]
}

export interface ChartData {
  kind: 'bar' | 'line' | 'pie'
  categories: string[]
  series: Series[]
  figure: Kind
  /** Bars that lie, for long names. */
  flat?: boolean
}

/** What a chart takes from the style sheet. */
export interface Look {
  colours: string[]
  ink: string
  muted: string
  line: string
  ground: string
  font: string
  lang: string
}

// A chart is drawn in pixels, so its lengths may be floats; every figure in words is the server's own text.
const length = (text: string | null | undefined): number | null =>
  text === null || text === undefined || text === '' ? null : Number(text)

function words(data: ChartData, series: number, index: number): string {
  const value = data.series[series]?.values[index]
  return value === null || value === undefined ? '-' : formatFigure(value, data.figure)
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}

function tip(data: ChartData, index: number): string {
  const lines = data.series.map((one, i) => {
    const name = data.series.length > 1 ? `${escape(one.name)}&emsp;` : ''
    return `${name}<b>${escape(words(data, i, index))}</b>`
  })
  return [escape(data.categories[index] ?? ''), ...lines].join('<br>')
}

function pie(data: ChartData, look: Look): EChartsCoreOption {
  const values = data.series[0]?.values ?? []
  return {
    series: [
      {
        type: 'pie',
        radius: ['42%', '70%'],
        center: ['50%', '44%'],
        label: { show: false },
        itemStyle: { borderColor: look.ground, borderWidth: 1 },
        data: data.categories.map((name, i) => ({ name, value: Math.max(length(values[i]) ?? 0, 0) })),
      },
    ],
  }
}

function axes(data: ChartData, look: Look): EChartsCoreOption {
  const short = new Intl.NumberFormat(look.lang === 'en' ? 'en' : 'zh-CN', { notation: 'compact' })
  const names = {
    type: 'category',
    data: data.categories,
    inverse: data.flat ?? false,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: look.line } },
    axisLabel: { color: look.muted, hideOverlap: !data.flat, ...(data.flat && { width: 110, overflow: 'truncate' }) },
  }
  const figures = {
    type: 'value',
    splitLine: { lineStyle: { color: look.line } },
    axisLabel: { color: look.muted, formatter: (value: number) => short.format(value), hideOverlap: true },
  }
  return {
    grid: { left: 4, right: 14, top: 10, bottom: data.series.length > 1 ? 30 : 4, containLabel: true },
    xAxis: data.flat ? figures : names,
    yAxis: data.flat ? names : figures,
    series: data.series.map((one) => ({
      type: data.kind,
      name: one.name,
      data: one.values.map(length),
      barMaxWidth: 26,
      symbolSize: 6,
      lineStyle: { width: 2 },
    })),
  }
}

/** Everything ECharts is told. */
export function optionOf(data: ChartData, look: Look): EChartsCoreOption {
  const round = data.kind === 'pie'
  return {
    animation: false,
    color: look.colours,
    textStyle: { fontFamily: look.font, color: look.ink },
    legend: {
      show: round || data.series.length > 1,
      type: 'scroll',
      bottom: 0,
      itemWidth: 12,
      itemHeight: 12,
      textStyle: { color: look.ink },
      pageTextStyle: { color: look.muted },
      pageIconColor: look.ink,
    },
    tooltip: {
      trigger: round ? 'item' : 'axis',
      confine: true,
      axisPointer: { type: data.kind === 'line' ? 'line' : 'shadow' },
      backgroundColor: look.ground,
      borderColor: look.line,
      textStyle: { color: look.ink, fontSize: 13 },
      formatter: (found: { dataIndex: number } | { dataIndex: number }[]) =>
        tip(data, [found].flat()[0]?.dataIndex ?? 0),
    },
    ...(round ? pie(data, look) : axes(data, look)),
  }
}
