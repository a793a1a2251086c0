// A sheet of figures as the server makes it: shown here, printed, drawn as a picture, and frozen behind a link.

export interface PaperRow {
  kind: 'entry' | 'item' | 'total'
  cells: string[]
  to?: string
}

export interface Paper {
  lang: string
  company: string
  title: string
  facts: { label: string; text: string }[]
  columns: { label: string; number: boolean }[]
  rows: PaperRow[]
  sums: { label: string; text: string }[]
  notes: string[]
  foot: string
}

/** Browsers refuse canvases that are longer; what does not fit goes on the next picture. */
export const tallest = 20_000

const family = '"PingFang SC","Microsoft YaHei UI","Noto Sans CJK SC","WenQuanYi Zen Hei",sans-serif'
const line = 34
const pad = 24
const gap = 16

/** How a text is cut into lines of a width. */
export function wrap(text: string, width: number, measure: (text: string) => number): string[] {
  const out: string[] = []
  let now = ''
  for (const one of text) {
    if (now && measure(now + one) > width) {
      out.push(now)
      now = one
    } else now += one
  }
  return now || !out.length ? [...out, now] : out
}

export interface Block {
  height: number
  draw: (pen: CanvasRenderingContext2D, y: number) => void
}

/** Puts blocks on pictures, none of which is taller than `most`; a head stands on each. */
export function paginate(blocks: Block[], head: Block, most: number): Block[][] {
  const pages: Block[][] = []
  let left = 0
  for (const block of blocks) {
    if (!pages.length || block.height > left) {
      pages.push([head])
      left = most - head.height - 2 * pad
    }
    pages[pages.length - 1]!.push(block)
    left -= block.height
  }
  return pages.length ? pages : [[head]]
}

/** Draws a sheet as pictures 1080 px wide, which a phone shows without turning it. */
export function pictures(page: Paper, width = 1080): HTMLCanvasElement[] {
  const probe = document.createElement('canvas').getContext('2d')!
  const font = (size: number, bold = false) => `${bold ? '600 ' : ''}${size}px ${family}`
  const room = width - 2 * pad
  const text = (
    words: string,
    size: number,
    more: { bold?: boolean; colour?: string; middle?: boolean; in?: number } = {},
  ): Block => {
    probe.font = font(size, more.bold)
    const rows = wrap(words, room - (more.in ?? 0), (one) => probe.measureText(one).width)
    const step = Math.round(size * 1.45)
    return {
      height: rows.length * step,
      draw: (pen, y) => {
        pen.font = font(size, more.bold)
        pen.fillStyle = more.colour ?? '#1f2329'
        pen.textAlign = more.middle ? 'center' : 'left'
        rows.forEach((one, i) => pen.fillText(one, more.middle ? width / 2 : pad + (more.in ?? 0), y + i * step))
      },
    }
  }
  const rule = (colour: string): Block => ({
    height: gap,
    draw: (pen, y) => {
      pen.fillStyle = colour
      pen.fillRect(pad, y + gap / 2, room, 2)
    },
  })
  /** Left what the row is called, right its last figure, beneath what lies between. */
  const row = (one: PaperRow): Block => {
    const filled = one.cells.map((cell, i) => ({ cell, column: page.columns[i]! })).filter((each) => each.cell)
    const last = filled.findLast((each) => each.column.number)
    const names = filled.filter((each) => !each.column.number).map((each) => each.cell)
    const figures = filled.filter((each) => each.column.number && each !== last)
    const size = one.kind === 'item' ? 26 : 30
    const indent = one.kind === 'item' ? 32 : 0
    const end = last ? (one.kind === 'item' ? last.cell : `${last.column.label} ${last.cell}`) : ''
    probe.font = font(size, one.kind !== 'item')
    const ended = probe.measureText(end).width
    const left = text(names.join('  '), size, { bold: one.kind !== 'item', in: indent })
    const rows = wrap(
      names.join('  '),
      Math.max(room - indent - ended - gap, 200),
      (part) => probe.measureText(part).width,
    )
    const step = Math.round(size * 1.45)
    const under = figures.length
      ? text(figures.map((each) => `${each.column.label} ${each.cell}`).join('   '), 24, {
          colour: '#646a73',
          in: indent,
        })
      : null
    left.height = rows.length * step
    return {
      height: left.height + (under?.height ?? 0) + 10,
      draw: (pen, y) => {
        pen.font = font(size, one.kind !== 'item')
        pen.fillStyle = one.kind === 'item' ? '#646a73' : '#1f2329'
        pen.textAlign = 'left'
        rows.forEach((part, i) => pen.fillText(part, pad + indent, y + i * step))
        pen.textAlign = 'right'
        pen.fillText(end, width - pad, y)
        under?.draw(pen, y + left.height)
      },
    }
  }
  const stack = (blocks: Block[]): Block => ({
    height: blocks.reduce((sum, one) => sum + one.height, 0),
    draw: (pen, y) => {
      for (const one of blocks) {
        one.draw(pen, y)
        y += one.height
      }
    },
  })
  const head = stack([
    text(page.company, 34, { bold: true, middle: true }),
    text(page.title, 42, { bold: true, middle: true }),
    text(page.facts.map((one) => `${one.label} ${one.text}`).join('    '), 26),
    rule('#1f2329'),
  ])
  const body = page.rows.flatMap((one) => (one.kind === 'item' ? [row(one)] : [rule('#e3e6ea'), row(one)]))
  const foot = stack([
    rule('#1f2329'),
    ...page.sums.map((one) => text(`${one.label} ${one.text}`, 28, { bold: true })),
    ...page.notes.map((one) => text(one, 24, { colour: '#646a73' })),
    ...(page.foot ? [text(page.foot, 24, { colour: '#646a73', middle: true })] : []),
  ])
  return paginate([...body, foot], head, tallest).map((blocks) => {
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = Math.min(blocks.reduce((sum, one) => sum + one.height, 0) + 2 * pad + line, tallest)
    const pen = canvas.getContext('2d')!
    pen.fillStyle = '#fff'
    pen.fillRect(0, 0, width, canvas.height)
    pen.textBaseline = 'top'
    let y = pad
    for (const block of blocks) {
      block.draw(pen, y)
      y += block.height
    }
    return canvas
  })
}
