package insight

// What the home page and the cockpit answer, for the tests of this package.
var (
	HomeOf    = homeOf
	CockpitOf = cockpitOf
)
