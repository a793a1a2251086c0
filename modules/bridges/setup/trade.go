package setup

import (
	"encoding/json"
	"fmt"

	"zhanggui/assets"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
)

// tradeData is what a firm of a trade begins with beside what every firm has.
type tradeData struct {
	Key   string `json:"key"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
	Units []struct {
		Code     string `json:"code"`
		Zh       string `json:"zh"`
		En       string `json:"en"`
		Decimals int64  `json:"decimals"`
	} `json:"units"`
	Categories [][2]string `json:"categories"`
}

// ofTrade makes the units and categories of a trade. A trade that has none of its own gets nothing more.
func ofTrade(tx *kernel.Tx, lang, trade string) error {
	var all []tradeData
	if err := json.Unmarshal(assets.Trades, &all); err != nil {
		return err
	}
	for _, t := range all {
		if t.Key != trade {
			continue
		}
		for _, u := range t.Units {
			rec := &unit.Unit{Code: u.Code, Name: kernel.T(u.Zh, u.En).In(lang), Decimals: u.Decimals, Active: true}
			if err := pipeline.Create(tx, unit.Units, rec); err != nil {
				return err
			}
		}
		for i, c := range t.Categories {
			rec := &item.Category{Code: fmt.Sprintf("%02d", i+2), Name: kernel.T(c[0], c[1]).In(lang)}
			if err := pipeline.Create(tx, item.Categories, rec); err != nil {
				return err
			}
		}
	}
	return nil
}
