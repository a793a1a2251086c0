package item

import (
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
)

// IntakeFields are the columns of items with the heads that other programs and people's own sheets give them: what
// 管家婆, 金蝶, 用友 and 速达 print, and what stands in hand-made lists.
func IntakeFields() []*intake.Field {
	fields := []*intake.Field{
		{Key: "code", Label: kernel.T("编码", "Code"), Form: intake.Code,
			Words: []string{"商品编号", "商品编码", "存货编码", "存货编号", "物料代码", "物料编码", "货品编码", "货品编号", "货号", "产品编号", "产品编码", "商品代码", "代码", "编号", "编码", "料号", "款号", "品号", "item code", "item no", "sku", "code", "product code"}},
		{Key: "name", Label: kernel.T("名称", "Name"), Must: true,
			Words: []string{"商品全名", "商品名称", "存货名称", "物料名称", "货品名称", "产品名称", "品名", "品名规格", "名称", "货名", "商品", "菜品", "全名", "品种", "材料名称", "item name", "description", "product", "name", "item"}},
		{Key: "spec", Label: kernel.T("规格型号", "Specification"),
			Words: []string{"规格型号", "规格", "商品规格", "型号规格", "规格/型号", "尺寸", "尺码", "specification", "spec", "size"}},
		{Key: "model", Label: kernel.T("型号", "Model"), Words: []string{"型号", "商品型号", "机型", "model"}},
		{Key: "material", Label: kernel.T("材质", "Material"), Words: []string{"材质", "材料", "面料", "material"}},
		{Key: "brand", Label: kernel.T("品牌", "Brand"), Words: []string{"品牌", "牌子", "厂牌", "brand"}},
		{Key: "barcode", Label: kernel.T("条码", "Barcode"), Form: intake.Barcode,
			Words: []string{"商品条码", "条码", "条形码", "国际条码", "基本条码", "69码", "barcode", "ean", "upc"}},
		{Key: "old_code", Label: kernel.T("原编码", "Former code"), Form: intake.Code, Words: []string{"原编码", "旧编码", "老编码", "旧货号", "old code"}},
		{Key: "category", Label: kernel.T("分类", "Category"), Makes: "base.item_category", With: map[string]string{"code": "", "name": ""},
			Words: []string{"商品分类", "商品类别", "存货分类", "存货大类", "物料类别", "货品类别", "类别", "分类", "大类", "类型", "category", "group"}},
		{Key: "unit", Label: kernel.T("单位", "Unit"), Makes: "base.unit", With: map[string]string{"code": "", "name": ""},
			Words: []string{"基本单位", "计量单位", "主计量单位", "主单位", "库存单位", "单位", "小单位", "unit", "uom"}},
		{Key: "price", Label: kernel.T("零售价", "List price"), Form: intake.Number, Places: 6,
			Words: []string{"零售价", "零售价格", "参考售价", "销售价", "售价", "标准售价", "预设售价", "销售单价", "单价", "价格", "价钱", "list price", "sale price", "retail price", "selling price", "price"}},
		{Key: "min_price", Label: kernel.T("最低售价", "Lowest price"), Form: intake.Number, Places: 6, Words: []string{"最低售价", "最低销售价", "最低价", "限价", "底价", "minimum price"}},
		{Key: "purchase_price", Label: kernel.T("参考进价", "Purchase price"), Form: intake.Number, Places: 6,
			Words: []string{"最近进价", "进价", "参考进价", "预设进价", "采购价", "进货价", "计划价", "最新成本", "参考成本", "purchase price", "cost price", "buying price", "cost"}},
		{Key: "supplier", Label: kernel.T("主供应商", "Main supplier"), Makes: "base.party", With: map[string]string{"name": "", "supplier": "true", "customer": "false"},
			Words: []string{"主供应商", "默认供应商", "供应商", "供货商", "供货单位", "厂家", "supplier", "vendor"}},
		{Key: "min_stock", Label: kernel.T("最低库存", "Minimum stock"), Form: intake.Number, Places: 6, Words: []string{"最低库存", "库存下限", "安全库存", "minimum stock"}},
		{Key: "note", Label: kernel.T("备注", "Note"), Words: []string{"备注", "说明", "note", "remark"}},
	}
	return slices.Concat(fields, levelFields(), unitFields())
}

// intakeKind is a list of items.
func intakeKind() *intake.Kind {
	return WithLines(&intake.Kind{Name: "items", Label: kernel.T("商品", "Items"), Resource: "base.item", Order: 10, Same: []string{"name", "spec"}, Apart: []string{"barcode"},
		Titles: []string{"商品", "存货", "物料", "货品", "产品", "价格表", "item", "product"}, Fields: IntakeFields()})
}

// WithLines lets a kind of rows about items read their units and level prices.
func WithLines(k *intake.Kind) *intake.Kind {
	k.Row, k.Lines = unpack, intakeLines
	return k
}
