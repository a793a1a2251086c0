// Package sqlite stands in for github.com/glebarez/go-sqlite, which the GORM dialect imports for its
// side effect (a driver named "sqlite") and its Error type. The original links SQLite 3.41.2, whose WAL-reset
// race can corrupt a database, and cannot cancel a running SELECT; this aliases the current modernc.org/sqlite.
package sqlite

import "modernc.org/sqlite"

// Driver and Error are the two names that github.com/glebarez/sqlite takes from this import path.
type (
	Driver = sqlite.Driver
	Error  = sqlite.Error
)
