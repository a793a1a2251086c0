// Package figures is how the program does, as the page and the address of operations tell it and as Prometheus reads it.
package figures

import (
	"zhanggui/modules/kernel/clock"
)

// Figures are how the program does, as the page and the address tell it.
type Figures struct {
	At        clock.Instant `json:"at"`
	Verdict   string        `json:"verdict"` // ok, look, wrong
	Warnings  []Warning     `json:"warnings"`
	Program   Program       `json:"program"`
	Clock     Clock         `json:"clock"`
	Database  Database      `json:"database"`
	Files     Files         `json:"files"`
	Backups   Backups       `json:"backups"`
	Disks     []Disk        `json:"disks"`
	Memory    Memory        `json:"memory"`
	Units     []Unit        `json:"units"`
	Jobs      Jobs          `json:"jobs"`
	Mail      Mail          `json:"mail"`
	People    People        `json:"people"`
	Integrity Integrity     `json:"integrity"`
	Retention Retention     `json:"retention"`
}

// Warning is something to see to, with the next step in its text.
type Warning struct {
	Code  string `json:"code"`
	Level string `json:"level"` // look, wrong
	Text  string `json:"text"`
	To    string `json:"to"` // where it is put right, "" for outside of the program
}

// Program is what runs.
type Program struct {
	Version string        `json:"version"`
	Go      string        `json:"go"`
	System  string        `json:"system"`
	Arch    string        `json:"arch"`
	Cores   int           `json:"cores"`
	Started clock.Instant `json:"started"`
	Uptime  int64         `json:"uptime"` // seconds
}

// Clock is what the clocks say. Ahead is by how many milliseconds the database's clock is before the program's; Back by how
// many the clock was set back since the last thing that was recorded.
type Clock struct {
	Zone  string `json:"zone"`
	Today string `json:"today"`
	Ahead int64  `json:"ahead_ms"`
	Back  int64  `json:"back_ms"`
}

// Named is a setting of the database, or the newest migration of a module.
type Named struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Database is the database. Sizes are in bytes; Free is what lies unused in its file, Sync how long one small write to the
// disk takes in microseconds, Queue how many units wait for the writer.
type Database struct {
	Kind        string  `json:"kind"`
	Version     string  `json:"version"`
	Settings    []Named `json:"settings"`
	Schema      []Named `json:"schema"`
	Size        int64   `json:"size"`
	Log         int64   `json:"wal"`
	Free        int64   `json:"free"`
	Sync        int64   `json:"sync_us"`
	Queue       int     `json:"queue"`
	Connections int     `json:"connections"`
}

// Files are the attachments.
type Files struct {
	Count int64 `json:"count"`
	Size  int64 `json:"size"`
}

// Backups are the archives. Second is how the second folder does: none, ok, missing, same_disk.
type Backups struct {
	Last   clock.Instant `json:"last"`
	Next   string        `json:"next"` // the day of the next one
	Count  int           `json:"count"`
	Size   int64         `json:"size"`
	Second string        `json:"second"`
	Here   bool          `json:"here"` // archives of this program are there for this database
}

// Disk is a disk that the program uses.
type Disk struct {
	What  string `json:"what"` // data, second
	Free  int64  `json:"free"`
	Total int64  `json:"total"`
	Level string `json:"level"` // ok, look, wrong
}

// Memory is what the program holds, in bytes; Own is 0 where the system does not tell.
type Memory struct {
	Heap       int64 `json:"heap"`
	Taken      int64 `json:"taken"`
	Own        int64 `json:"own"`
	Goroutines int   `json:"goroutines"`
}

// Unit is a kind of unit of work since the program started. Held is how long it kept the writer, in microseconds.
type Unit struct {
	Label          string `json:"label"`
	Count          int64  `json:"count"`
	Statements     int64  `json:"statements"` // of one unit, on average
	MostStatements int    `json:"most_statements"`
	AllStatements  int64  `json:"all_statements"`
	Held           int64  `json:"held_us"` // by one unit, on average
	MostHeld       int64  `json:"most_held_us"`
	AllHeld        int64  `json:"all_held_us"`
}

// Jobs are the jobs by state; those planned for a later hour are not counted as queued. Troubled are the newest that failed within the week, and those that stand still.
type Jobs struct {
	Queued   int64 `json:"queued"`
	Running  int64 `json:"running"`
	Failed   int64 `json:"failed"` // within the week
	Stuck    int64 `json:"stuck"`
	Done     int64 `json:"done"`
	Troubled []Job `json:"troubled"`

	Broken string `json:"-"` // labels of the program's own that failed and did not come to their end since
}

// Job is a job in trouble.
type Job struct {
	ID    int64         `json:"id"`
	Kind  string        `json:"kind"`
	Label string        `json:"label"`
	State string        `json:"state"` // failed, stuck
	At    clock.Instant `json:"at"`
	Tries int64         `json:"tries"`
	Text  string        `json:"text"`
}

// Mail is the queue of e-mails. Late are those that were tried and still wait an hour later.
type Mail struct {
	Waiting int64 `json:"waiting"`
	Late    int64 `json:"late"`
	Failed  int64 `json:"failed"` // within the week
}

// People are who uses the program.
type People struct {
	Users    int64 `json:"users"`
	Sessions int64 `json:"sessions"`
	Hour     int64 `json:"hour"` // sessions used within the hour
	Day      int64 `json:"day"`
	Week     int64 `json:"week"`
	Keys     int64 `json:"keys"`
	Streams  int64 `json:"streams"`
}

// Integrity is how the checks of the books stand. State is none, never, clean or faulty; Job the one that runs, 0 for none.
type Integrity struct {
	State  string        `json:"state"`
	Job    int64         `json:"job"`
	At     clock.Instant `json:"at"`
	Millis int64         `json:"ms"`
	Kinds  int           `json:"kinds"`
	Rows   int64         `json:"rows"`
	Count  int           `json:"count"`
	Faults []string      `json:"faults"`
	Next   clock.Instant `json:"next"`
}

// Retention is what is forgotten and when.
type Retention struct {
	At    clock.Instant `json:"at"`
	Items []Kept        `json:"items"`
}

// Kept is what there is under one rule. Days is 0 for what goes as soon as it is worth nothing; Size is 0 where it is not
// counted.
type Kept struct {
	Name string `json:"name"`
	What string `json:"what"`
	Why  string `json:"why"`
	Days int    `json:"days"`
	Rows int64  `json:"rows"`
	Size int64  `json:"size"`
	Gone int64  `json:"gone"` // in the last run
}
