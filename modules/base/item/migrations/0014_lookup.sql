ALTER TABLE base_item ADD COLUMN model $text NOT NULL DEFAULT '';
ALTER TABLE base_item ADD COLUMN material $text NOT NULL DEFAULT '';
ALTER TABLE base_item ADD COLUMN brand $text NOT NULL DEFAULT '';
ALTER TABLE base_item ADD COLUMN old_code $text NOT NULL DEFAULT '';
-- Whether any item has changed is read from this index alone.
CREATE INDEX base_item_version ON base_item (version, id);
CREATE TABLE base_party_item (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  party $int NOT NULL REFERENCES base_party, item $int NOT NULL REFERENCES base_item, code $text NOT NULL, name $text NOT NULL, note $text NOT NULL
) $strict;
CREATE UNIQUE INDEX base_party_item_code ON base_party_item (party, code);
CREATE INDEX base_party_item_item ON base_party_item (item);
