package figures

import (
	"time"

	"zhanggui/modules/kernel/ops/meter"
)

// Expose writes the figures under their names.
func (f *Figures) Expose(t *meter.Text) {
	t.Of("zhanggui_info", "gauge", "The program.")
	t.Value("zhanggui_info", meter.Labels{{"version", f.Program.Version}, {"go", f.Program.Go}, {"database", f.Database.Kind}, {"database_version", f.Database.Version}}, 1)
	one := func(name, help string, value int64) {
		t.Of(name, "gauge", help)
		t.Value(name, nil, value)
	}
	one("zhanggui_uptime_seconds", "Since the program started.", f.Program.Uptime)
	one("zhanggui_warnings", "What the page of operations warns of.", int64(len(f.Warnings)))
	one("zhanggui_database_bytes", "Size of the database.", f.Database.Size)
	one("zhanggui_database_wal_bytes", "Size of the write-ahead log.", f.Database.Log)
	one("zhanggui_database_free_bytes", "Unused room in the file of the database.", f.Database.Free)
	one("zhanggui_database_connections", "Open connections.", int64(f.Database.Connections))
	one("zhanggui_writer_queue", "Units that wait for the writer.", int64(f.Database.Queue))
	one("zhanggui_attachments", "Attachments.", f.Files.Count)
	one("zhanggui_attachments_bytes", "Size of the attachments.", f.Files.Size)
	one("zhanggui_memory_heap_bytes", "Memory in use.", f.Memory.Heap)
	one("zhanggui_memory_taken_bytes", "Memory taken from the system.", f.Memory.Taken)
	one("zhanggui_memory_own_bytes", "Memory of its own as the system counts it, 0 where it does not tell.", f.Memory.Own)
	one("zhanggui_goroutines", "Goroutines.", int64(f.Memory.Goroutines))
	one("zhanggui_sessions", "Sessions.", f.People.Sessions)
	one("zhanggui_sessions_hour", "Sessions used within the hour.", f.People.Hour)
	one("zhanggui_event_streams", "Open streams of events.", f.People.Streams)
	one("zhanggui_mail_waiting", "E-mails that wait.", f.Mail.Waiting)
	one("zhanggui_mail_failed", "E-mails that failed within the week.", f.Mail.Failed)
	one("zhanggui_integrity_faults", "Faults that the last check of the books found.", int64(f.Integrity.Count))
	t.Of("zhanggui_disk_free_bytes", "gauge", "Room on the disks.")
	for _, d := range f.Disks {
		t.Value("zhanggui_disk_free_bytes", meter.Labels{{"disk", d.What}}, d.Free)
	}
	t.Of("zhanggui_jobs", "gauge", "Jobs by state; failed ones within the week.")
	for _, s := range [...]struct {
		name string
		n    int64
	}{{"queued", f.Jobs.Queued}, {"running", f.Jobs.Running}, {"failed", f.Jobs.Failed}, {"stuck", f.Jobs.Stuck}} {
		t.Value("zhanggui_jobs", meter.Labels{{"state", s.name}}, s.n)
	}
	since := func(name, help string, at time.Time) {
		if !at.IsZero() {
			one(name, help, int64(f.At.Time().Sub(at)/time.Second))
		}
	}
	since("zhanggui_backup_age_seconds", "Since the last whole backup.", f.Backups.Last.Time())
	since("zhanggui_integrity_age_seconds", "Since the last check of the books came to its end.", f.Integrity.At.Time())
	exposeUnits(t, f.Units)
}

// exposeUnits writes what the kinds of units of work cost.
func exposeUnits(t *meter.Text, units []Unit) {
	t.Of("zhanggui_units_total", "counter", "Units of work by kind.")
	for _, u := range units {
		t.Value("zhanggui_units_total", meter.Labels{{"unit", u.Label}}, u.Count)
	}
	t.Of("zhanggui_unit_statements_total", "counter", "Statements of units of work by kind.")
	for _, u := range units {
		t.Value("zhanggui_unit_statements_total", meter.Labels{{"unit", u.Label}}, u.AllStatements)
	}
	t.Of("zhanggui_unit_held_seconds_total", "counter", "How long units of work held the writer, by kind.")
	for _, u := range units {
		t.Seconds("zhanggui_unit_held_seconds_total", meter.Labels{{"unit", u.Label}}, time.Duration(u.AllHeld)*time.Microsecond)
	}
}
