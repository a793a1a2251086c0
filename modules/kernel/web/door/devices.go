package door

import (
	"net/http"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/auth/devices"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/web/route"
)

// deviceRoutes show people from where they are logged in, and end what should not be.
func deviceRoutes() []route.Route {
	const at = path + "/devices"
	return []route.Route{
		{Method: "GET", Path: at, SignedIn: true, Handle: listDevices, Doc: doc("My devices, the one seen last first", "", "devices")},
		{Method: "DELETE", Path: at + "/{id}", SignedIn: true, Handle: endDevice, Doc: doc("Log a device of mine out and forget it", "", "")},
		{Method: "POST", Path: at + "/end-others", SignedIn: true, Body: route.JSON, Handle: endOthers,
			Doc: doc("Log all my other devices out and forget them", "nothing", "")},
	}
}

func listDevices(r *route.Request) error {
	items := []map[string]any{}
	err := r.View(func(v *kernel.View) error {
		found, err := devices.Of(v, r.Actor.UserID, r.Token)
		for _, d := range found {
			items = append(items, map[string]any{"id": d.ID, "agent": d.Agent, "address": d.Address, "first_at": d.First, "seen_at": d.Seen,
				"trusted_until": d.Trusted, "sessions": d.Sessions, "present": d.Present})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"items": items})
}

func endDevice(r *route.Request) error {
	id, err := r.RecordID()
	if err != nil {
		return err
	}
	return end(r, "session:end-device", func(tx *kernel.Tx) error { return devices.End(tx, r.Actor.UserID, id) })
}

func endOthers(r *route.Request) error {
	return end(r, "session:end-others", func(tx *kernel.Tx) error { return devices.EndOthers(tx, r.Actor.UserID, r.Token) })
}

// end ends sessions, so that they end at once in every process, and writes it down.
func end(r *route.Request, name string, run func(tx *kernel.Tx) error) error {
	err := pipeline.Unit(r.Context(), r.Company, r.Actor, name, func(tx *kernel.Tx) error {
		auth.Refresh(tx)
		if err := run(tx); err != nil {
			return err
		}
		return audit.Note(tx, "session", "end_sessions", "")
	})
	if err != nil {
		return err
	}
	return r.NoContent()
}
