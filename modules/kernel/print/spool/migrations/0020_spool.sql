CREATE TABLE system_printer (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  name $text NOT NULL, way $text NOT NULL, address $text NOT NULL, language $text NOT NULL, paper $text NOT NULL,
  shift_x $int NOT NULL, shift_y $int NOT NULL, cut $bool NOT NULL, drawer $bool NOT NULL, active $bool NOT NULL
) $strict;
CREATE UNIQUE INDEX system_printer_name ON system_printer (name);
-- what waits to be printed, and what became of it; data are the bytes in base64 until they are printed
CREATE TABLE print_queue (
  id $id, printer $int NOT NULL, account $int NOT NULL, resource $text NOT NULL, record $int NOT NULL, title $text NOT NULL,
  copies $int NOT NULL, name $text NOT NULL, hash $text NOT NULL, state $text NOT NULL, tries $int NOT NULL, queued_at $int NOT NULL,
  due_at $int NOT NULL, done_at $int NOT NULL, error $text NOT NULL, data $text NOT NULL
) $strict;
CREATE UNIQUE INDEX print_queue_name ON print_queue (account, name);
CREATE INDEX print_queue_printer ON print_queue (printer, state, id);
CREATE INDEX print_queue_done ON print_queue (done_at);
-- devices at which people sit, and the printer of each kind of sheet: of a device, and of the company where station is empty
CREATE TABLE print_stations (id $text PRIMARY KEY, name $text NOT NULL, seen_at $int NOT NULL) $strict;
CREATE TABLE print_choices (station $text NOT NULL, resource $text NOT NULL, printer $int NOT NULL, PRIMARY KEY (station, resource)) $strict;
CREATE INDEX print_choices_printer ON print_choices (printer);
