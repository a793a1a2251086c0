// Package endpoints is what people see of backups: the setting of a second folder, the archive of every day, and the
// addresses to list, make, fetch, bring and restore archives. To look and to make one needs the right system:backup; an
// archive holds everything there is, so to fetch, bring or restore one needs system:restore, and to restore one needs the
// person's password again.
package endpoints
