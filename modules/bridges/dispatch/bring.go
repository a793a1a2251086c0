package dispatch

import (
	"errors"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/price"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/form"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// tour is a run as its driver has it on the phone.
type tour struct {
	ID        int64      `json:"id"`
	Version   int64      `json:"version"`
	Number    string     `json:"number"`
	Date      clock.Date `json:"date"`
	Vehicle   string     `json:"vehicle"`
	Driver    string     `json:"driver"`
	ToCollect string     `json:"to_collect"`
	Collected string     `json:"collected"`
	Missing   string     `json:"missing"`
	MayClose  bool       `json:"may_close"`
	// Account says on what the run collects; where it says nothing Accounts are those that the actor may choose from.
	Account  string        `json:"account"`
	Accounts []tourAccount `json:"accounts"`
	Stops    []tourStop    `json:"stops"`
}

// tourStop is one of its stops: no prices but what is to be collected, "" for whoever is not told.
type tourStop struct {
	ID        int64      `json:"id"`
	Delivery  int64      `json:"delivery"`
	Number    string     `json:"number"`
	Party     string     `json:"party"`
	Contact   string     `json:"contact"`
	Phone     string     `json:"phone"`
	Address   string     `json:"address"`
	Note      string     `json:"note"`
	Carrier   string     `json:"carrier"`
	Waybill   string     `json:"waybill"`
	ToCollect string     `json:"to_collect"`
	Collected string     `json:"collected"`
	Outcome   string     `json:"outcome"`
	Told      string     `json:"told"`
	Off       bool       `json:"off"` // its delivery was taken back or is another customer's: nothing to bring, nothing to collect
	Signed    int        `json:"signed"`
	Lines     []tourLine `json:"lines"`
}

type tourAccount struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

type tourLine struct {
	Name string `json:"name"`
	Spec string `json:"spec"`
	Qty  string `json:"qty"`
	Unit string `json:"unit"`
}

// bring gives the runs under way that the actor may see: a driver his own.
func bring(r *route.Request) error {
	out := []*tour{}
	err := r.View(func(v *kernel.View) error {
		ids, err := underway(v)
		if err != nil {
			return err
		}
		runs, err := Runs.FindMany(v, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			one, err := tourOf(v, runs[id])
			if err != nil {
				return err
			}
			out = append(out, one)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"items": out})
}

// tourOf tells a run. What a driver must know of its deliveries he is told whether or not he may see deliveries; telephones
// and what is to be collected are for him and for who may see them anyway.
func tourOf(v *kernel.View, run *Run) (*tour, error) {
	var ids []int64
	parties := map[int64]bool{}
	for _, s := range run.Stops {
		ids = append(ids, s.Delivery)
		parties[s.Party] = true
	}
	sheets, err := stock.Deliveries.FindMany(v, ids)
	if err != nil {
		return nil, err
	}
	known, err := resource.NamesOf(v, map[string]map[int64]bool{"base.party": parties, "base.person": {run.Driver: true}})
	if err != nil {
		return nil, err
	}
	out := &tour{ID: run.ID, Version: run.Version, Number: run.Number, Date: run.Date, Vehicle: run.Vehicle, Driver: known["base.person"][run.Driver],
		ToCollect: run.ToCollect.String(), Collected: run.Collected.String(), Missing: run.Missing.String(), MayClose: v.Actor.Can(runName, "close"), Stops: []tourStop{}}
	own := v.Actor.System || drives(v.Actor, run)
	sums := own || v.Actor.Sees(price.Right)
	if !sums {
		out.ToCollect, out.Collected, out.Missing = "", "", ""
	}
	if out.Account, out.Accounts, err = purses(v, run); err != nil {
		return nil, err
	}
	for _, s := range run.Stops {
		if !own && !v.Actor.Sees("phone") {
			s.Phone = ""
		}
		d := sheets[s.Delivery]
		stop := tourStop{ID: s.ID, Delivery: s.Delivery, Number: d.Number, Party: known["base.party"][s.Party], Contact: s.Contact, Phone: s.Phone, Address: s.Address,
			Note: d.Note, Carrier: d.Carrier, Waybill: d.Waybill, ToCollect: s.ToCollect.String(), Collected: s.Collected.String(), Outcome: s.Outcome, Told: s.Told}
		if stop.Off = off(d, &s); stop.Off {
			stop.ToCollect = money.Amount(0).String()
		}
		if !sums {
			stop.ToCollect, stop.Collected = "", ""
		}
		if stop.Lines, err = linesOf(v, d); err != nil {
			return nil, err
		}
		pictures, err := files.Of(v, stock.Deliveries.Def, s.Delivery)
		if err != nil {
			return nil, err
		}
		stop.Signed = len(pictures)
		out.Stops = append(out.Stops, stop)
	}
	return out, nil
}

// purses gives the account of a run; of one that has none those on which the actor may collect: the driver's own first.
func purses(v *kernel.View, run *Run) (name string, choice []tourAccount, err error) {
	choice = []tourAccount{}
	if run.MoneyAccount != 0 {
		found, err := settlement.MoneyAccounts.FindMany(v, []int64{run.MoneyAccount})
		if a := found[run.MoneyAccount]; a != nil {
			name = a.Name
		}
		return name, choice, err
	}
	own, err := settlement.HeldBy(v, run.Driver)
	if err == nil && settlement.Keeps(v.Actor) {
		var others []*settlement.MoneyAccount
		others, err = settlement.MoneyAccounts.Where(v, "active")
		slices.SortFunc(others, func(a, b *settlement.MoneyAccount) int { return strings.Compare(a.Code, b.Code) })
		for _, a := range others {
			if a.Holder != run.Driver || run.Driver == 0 {
				own = append(own, a)
			}
		}
	}
	for _, a := range own {
		choice = append(choice, tourAccount{a.ID, a.Name})
	}
	return "", choice, err
}

func linesOf(v *kernel.View, d *stock.Document) ([]tourLine, error) {
	var ids []int64
	for _, l := range d.Lines {
		ids = append(ids, l.Item)
	}
	items, err := item.Items.FindMany(v, ids)
	if err != nil {
		return nil, err
	}
	var all []*item.Item
	for _, it := range items {
		all = append(all, it)
	}
	units, err := ordering.UnitNames(v, all...)
	out := []tourLine{}
	for _, l := range d.Lines {
		out = append(out, tourLine{items[l.Item].Name, items[l.Item].Spec, l.Qty.String(), units[l.Unit]})
	}
	return out, err
}

// signed keeps the photo of a signed copy with its delivery. The run gives the right: its driver, and who keeps runs.
func signed(r *route.Request) error {
	run, err := strconv.ParseInt(r.Query("run"), 10, 64)
	if err != nil {
		return problem.BadShape("field.type").At("/run")
	}
	stop, err := strconv.ParseInt(r.Query("stop"), 10, 64)
	if err != nil {
		return problem.BadShape("field.type").At("/stop")
	}
	var delivery int64
	err = r.View(func(v *kernel.View) error {
		rec, err := resource.LoadVisible(v, Runs.Def, run)
		if err != nil {
			return err
		}
		found := rec.(*Run)
		i := slices.IndexFunc(found.Stops, func(s Stop) bool { return s.ID == stop })
		switch {
		case i < 0:
			return problem.Rule("dispatch.no_stop").At("/stop")
		case found.State != underWay && found.State != closed:
			return problem.Conflicted("state.wrong", "action", "stop", "state", string(found.State), "resource", runName)
		}
		delivery = found.Stops[i].Delivery
		return nil
	})
	if err != nil {
		return err
	}
	part, err := form.FilePart(r)
	if err != nil {
		return err
	}
	content, err := files.Put(r.Company.Files, part)
	if err != nil {
		var disk *os.PathError
		if _, told := problem.From(err); told || errors.As(err, &disk) {
			return err
		}
		return route.Unreadable(err)
	}
	kind := http.DetectContentType(content.Head)
	if !slices.Contains([]string{"image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp"}, kind) {
		return problem.Rule("dispatch.no_picture")
	}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, runName+":signed", func(tx *kernel.Tx) error {
		_, err := files.Attach(tx, stock.Deliveries.Def, delivery, files.File{Name: files.CleanName(part.FileName()), Size: content.Size, Type: kind, Digest: content.Digest})
		return err
	})
	if err != nil {
		return err
	}
	return r.NoContent()
}
