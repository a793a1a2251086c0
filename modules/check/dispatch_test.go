package check

import (
	"fmt"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/stock"
)

// dispatchPlants are the corruptions of runs.
var dispatchPlants = []plant{
	{"delivery runs", "dispatch_run", "UPDATE dispatch_run SET to_collect = to_collect + 1, missing = missing + 1 WHERE id = $tour", "to collect kept 30.01, recomputed 30.00"},
	{"delivery runs", "dispatch_stop", "UPDATE dispatch_stop SET collected = collected - 100 WHERE parent = $tour", "amount kept 19.00, recomputed 20.00"},
	{"delivery runs", "dispatch_stop", "UPDATE dispatch_stop SET receipt = 0 WHERE parent = $tour", "names another receipt than its link"},
}

// toured sends a delivery out by a driver, who brings it and collects a part.
func (f *firm) toured() {
	f.Helper()
	f.make("driver", organisation.People.Def, `{"code":"900","name":"赵六"}`)
	f.post("loaded", stock.Deliveries.Def, `{"date":"2026-10-19","party":$other,"warehouse":$main,"lines":[{"item":$work,"qty":"1","price":"30"}]}`)
	f.act("loaded", stock.Deliveries.Def, "consign", `{"carrier":"安能","waybill":"AN1","freight":"12.5"}`)
	run := f.c.Def("dispatch.run")
	f.make("tour", run, `{"date":"2026-10-20","driver":$driver,"vehicle":"浙A1","money_account":$till,"stops":[{"delivery":$loaded,"contact":"王","phone":"1","address":"路 1 号","to_collect":"30"}]}`)
	f.act("tour", run, "start", "")
	stop := f.one("SELECT id FROM dispatch_stop WHERE parent = " + fmt.Sprint(f.ids["tour"]))
	f.act("tour", run, "stop", fmt.Sprintf(`{"stop":%d,"outcome":"part","collected":"20","told":"少给"}`, stop))
}
