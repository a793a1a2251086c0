import { expect, it } from 'vitest'
import { optionOf, type ChartData, type Look } from './chart'

const look: Look = {
  colours: ['green'],
  ink: 'black',
  muted: 'grey',
  line: 'silver',
  ground: 'white',
  font: 'sans',
  lang: 'zh',
}
const data: ChartData = {
  kind: 'bar',
  categories: ['1月', '<b>2月</b>'],
  series: [
    { name: '2026', values: ['1234567.80', null] },
    { name: '2025', values: ['-0.10', '0.00'] },
  ],
  figure: 'amount',
}

function tip(of: ChartData, index: number): string {
  const { tooltip } = optionOf(of, look) as { tooltip: { formatter: (at: { dataIndex: number }[]) => string } }
  return tooltip.formatter([{ dataIndex: index }])
}

it('lengths are numbers, words are the text of the server', () => {
  const option = optionOf(data, look) as { series: { data: unknown[] }[]; xAxis: { type: string } }
  expect(option.series.map((one) => one.data)).toEqual([
    [1234567.8, null],
    [-0.1, 0],
  ])
  expect(option.xAxis.type).toBe('category')
  expect(tip(data, 0)).toBe('1月<br>2026&emsp;<b>1,234,567.80</b><br>2025&emsp;<b>-0.10</b>')
})

it('what has no value is said as such, and names cannot bring markup', () => {
  expect(tip(data, 1)).toBe('&#60;b&#62;2月&#60;/b&#62;<br>2026&emsp;<b>-</b><br>2025&emsp;<b>0.00</b>')
})

it('bars that lie have their names on the other axis, and one series needs no name', () => {
  const flat = { ...data, flat: true, series: [data.series[0]!] }
  const option = optionOf(flat, look) as {
    xAxis: { type: string }
    yAxis: { type: string }
    legend: { show: boolean }
  }
  expect([option.xAxis.type, option.yAxis.type, option.legend.show]).toEqual(['value', 'category', false])
  expect(tip(flat, 0)).toBe('1月<br><b>1,234,567.80</b>')
})
