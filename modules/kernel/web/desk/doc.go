// Package desk serves what lies around the records: the meta data that drives the user interface, reports, settings,
// search and the inbox.
package desk
