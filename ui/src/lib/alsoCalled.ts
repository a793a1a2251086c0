// What people call the functions of the menu elsewhere, so that the search finds them by the words of 管家婆, 金蝶, 用友 and of
// the shop floor. By the way to the function; pinyin initials beside Chinese ones are found by the server for labels only.
const words: Record<string, string[]> = {
  '/r/stock.delivery': ['换货', '开单', '销货单', '出货', '送货单', '发货', '零售', 'exchange', 'invoice', 'sell'],
  '/r/stock.sales_return': ['退货', '客户退货', 'return'],
  '/r/stock.receipt': ['采购单', '入库', '到货', '进货', 'goods in', 'buy'],
  '/r/stock.purchase_return': ['退货', '退供应商', 'return'],
  '/r/settlement.receipt': ['收钱', '回款', '收账', 'money in', 'payment received'],
  '/r/settlement.payment': ['付钱', '打款', 'pay supplier'],
  '/r/settlement.transfer': ['交款', '存款', '取款', '转账', 'hand in', 'deposit', 'withdraw'],
  '/r/settlement.expense': ['报销', '花费', '支出', 'spend'],
  '/r/base.item': ['货品', '产品', '物料', '存货', 'product', 'goods'],
  '/r/base.party': ['供应商', '厂家', '客户', 'supplier', 'vendor', 'customer'],
  '/r/ledger.voucher': ['做账', '分录', '记账', 'journal entry'],
  '/settings/print': ['打印模板', '小票', '抬头', 'template', 'layout'],
  '/settings/network': ['二维码', '局域网', 'qr', 'mobile'],
  '/settings': ['店名', '抬头', '参数', '选项', 'options', 'preferences', 'shop name'],
}

/** Whether a function, by the way to it, is also called something that has q in it; q is in lower case. */
export const alsoCalled = (to: string, q: string): boolean =>
  words[to.split('?')[0]!]?.some((one) => one.includes(q)) ?? false
