package door

import (
	"net/http"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/auth/enter"
	"zhanggui/modules/kernel/auth/second"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
)

// secondRoutes are about the second factor. To set one up is open to somebody whose entry demands it, too.
func secondRoutes() []route.Route {
	const at = path + "/second-factor"
	return []route.Route{
		{Method: "GET", Path: at, SignedIn: true, Handle: standing, Doc: doc("How my second factor stands", "", "second")},
		{Method: "POST", Path: at, Public: true, Body: route.JSON, StepUp: route.Sometimes, Handle: begin,
			Doc: doc("Begin to set up a second factor: the secret for the app on the phone", "nothing", "second.offer")},
		{Method: "POST", Path: at + "/confirm", Public: true, Body: route.JSON, Handle: confirm,
			Doc: doc("Switch the second factor on by its first code", "second.confirm", "second.codes")},
		{Method: "POST", Path: at + "/codes", SignedIn: true, Body: route.JSON, Handle: renew, Doc: doc("New recovery codes", "proof", "second.codes")},
		{Method: "POST", Path: at + "/remove", SignedIn: true, Body: route.JSON, Handle: remove, Doc: doc("Switch my second factor off", "proof", "")},
	}
}

// person gives a person by the session; programs have no second factor.
func person(r *route.Request) (*kernel.Actor, error) {
	if r.Actor != nil && r.Token == "" {
		return nil, problem.New(problem.Forbidden, "proof.program")
	}
	return r.Actor, nil
}

func standing(r *route.Request) error {
	var s second.Standing
	if err := r.View(func(v *kernel.View) (err error) { s, err = second.Of(v, r.Actor.UserID); return err }); err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"on": s.On, "since": s.Since, "left": s.Left, "demanded": auth.Demanded(r.Company, r.Actor.Roles)})
}

// enrolling gives who sets up a second factor, and the entry that demanded it, "" for somebody who is in.
func enrolling(r *route.Request) (*kernel.Actor, string, error) {
	actor, err := person(r)
	if err != nil || actor != nil {
		return actor, "", err
	}
	half := cookie(r.R, entryCookie)
	actor, err = enter.Enrolling(r.Context(), r.Company, half)
	if actor != nil {
		actor.Address, actor.RequestID = route.Address(r.R), r.ID
	}
	return actor, half, err
}

func begin(r *route.Request) error {
	actor, half, err := enrolling(r)
	if err == nil && half == "" {
		err = r.Prove()
	}
	if err != nil {
		return err
	}
	offer, err := enter.Begin(r.Context(), r.Company, actor)
	if err != nil {
		return err
	}
	picture, err := offer.Picture()
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]string{"secret": offer.Secret, "url": offer.URL, "picture": picture})
}

func confirm(r *route.Request) error {
	in, err := r.Strings("code", "trust")
	if err != nil {
		return err
	}
	actor, half, err := enrolling(r)
	if err != nil {
		return err
	}
	codes, e, err := enter.Confirm(r.Context(), r.Company, actor, enter.Answer{Half: half, Code: in["code"], Trust: in["trust"] == "true"},
		enter.Door{Credentials: browser(r), Session: r.Token})
	if err != nil {
		return err
	}
	if half != "" {
		if _, err := keep(r, e); err != nil {
			return err
		}
	}
	return r.JSON(http.StatusOK, map[string]any{"codes": codes})
}

// proofOf reads what a person shows again.
func proofOf(r *route.Request) (enter.Proof, error) {
	if _, err := person(r); err != nil {
		return enter.Proof{}, err
	}
	in, err := r.Strings("password", "code")
	return enter.Proof{Password: in["password"], Code: in["code"], Session: r.Token}, err
}

func renew(r *route.Request) error {
	in, err := proofOf(r)
	if err != nil {
		return err
	}
	codes, err := enter.Renew(r.Context(), r.Company, r.Actor, in)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"codes": codes})
}

func remove(r *route.Request) error {
	in, err := proofOf(r)
	if err != nil {
		return err
	}
	if err := enter.Remove(r.Context(), r.Company, r.Actor, in); err != nil {
		return err
	}
	return r.NoContent()
}
