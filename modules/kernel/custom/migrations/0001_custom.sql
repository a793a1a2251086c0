CREATE TABLE system_custom_field (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  resource $text NOT NULL, label_zh $text NOT NULL, label_en $text NOT NULL, field_kind $text NOT NULL, options $text NOT NULL,
  target $text NOT NULL, place $text NOT NULL, required $bool NOT NULL, listed $bool NOT NULL, filtered $bool NOT NULL,
  seen_with $text NOT NULL, help $text NOT NULL, ordinal $int NOT NULL, active $bool NOT NULL, field_key $text NOT NULL, slot $int NOT NULL,
  UNIQUE (resource, place, slot), UNIQUE (resource, label_zh)
) $strict;
CREATE TABLE custom_value (
  record $int NOT NULL, field $int NOT NULL REFERENCES system_custom_field, num $int NOT NULL, txt $text NOT NULL,
  PRIMARY KEY (record, field)
) $strict;
CREATE INDEX custom_value_num ON custom_value (field, num, record);
CREATE INDEX custom_value_txt ON custom_value (field, txt, record) WHERE length(txt) <= 200;
