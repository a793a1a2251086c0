// Package desk serves what lies around the records: reports, settings, search and the inbox.
package desk
