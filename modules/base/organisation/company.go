package organisation

import (
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
)

// Settings of the company itself.
const (
	SettingName     = "company.name"
	SettingAddress  = "company.address"
	SettingPhone    = "company.phone"
	SettingTrade    = "company.trade"
	SettingZone     = "company.zone"
	SettingLanguage = "company.language"
)

func companySettings() []*kernel.Setting {
	group, onPaper := kernel.T("公司", "Company"), kernel.T("印在单据下方", "Stands at the foot of printed documents")
	option := func(value, zh, en string) kernel.Option { return kernel.Option{Value: value, Label: kernel.T(zh, en)} }
	return []*kernel.Setting{
		{Group: group, Field: kernel.Field{Name: SettingName, Kind: kernel.KindText, Label: kernel.T("公司名称", "Company name"), Max: 120, Required: true}},
		{Group: group, Field: kernel.Field{Name: SettingAddress, Kind: kernel.KindText, Label: kernel.T("地址", "Address"), Help: onPaper, Max: 200}},
		{Group: group, Field: kernel.Field{Name: SettingPhone, Kind: kernel.KindText, Label: kernel.T("电话", "Phone"), Help: onPaper, Max: 60}},
		{Group: group, Field: kernel.Field{Name: SettingTrade, Kind: kernel.KindEnum, Label: kernel.T("行业", "Trade"), Default: "trading", Options: []kernel.Option{
			option("hardware", "五金建材", "Hardware and building materials"), option("grocery", "食品百货", "Food and general goods"), option("clothing", "服装鞋帽", "Clothing and shoes"),
			option("catering", "餐饮食材", "Food for kitchens"), option("electronics", "电子电器", "Electronics and appliances"), option("other", "其他", "Other"),
			option("trading", "批发贸易", "Trading"), option("retail", "零售", "Retail"), option("service", "服务", "Services"), option("manufacturing", "生产加工", "Manufacturing")}}},
		{Group: group, Field: kernel.Field{Name: SettingLanguage, Kind: kernel.KindEnum, Label: kernel.T("单据语言", "Language of documents"), Default: "zh",
			Options: []kernel.Option{option("zh", "中文", "Chinese"), option("en", "英文", "English")}}},
		{Group: group, Field: kernel.Field{Name: SettingZone, Kind: kernel.KindText, Label: kernel.T("时区", "Time zone"), Default: "Asia/Shanghai", Max: 60},
			Fixed: func(_ *kernel.Tx, _, zone string) error {
				if _, err := time.LoadLocation(zone); err != nil || zone == "" {
					return problem.Rule("company.zone", "zone", zone).At("/" + SettingZone)
				}
				return nil
			}},
	}
}
