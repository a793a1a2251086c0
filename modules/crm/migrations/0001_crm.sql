CREATE TABLE crm_stage (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  code $text NOT NULL UNIQUE, name $text NOT NULL, position $int NOT NULL UNIQUE, probability $int NOT NULL, active $bool NOT NULL
) $strict;
CREATE TABLE crm_opportunity (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int REFERENCES base_person, department $int REFERENCES base_department,
  note $text NOT NULL, revision $int NOT NULL,
  name $text NOT NULL, customer $int NOT NULL REFERENCES base_party, contact $text NOT NULL, stage $int NOT NULL REFERENCES crm_stage,
  since $text NOT NULL, amount $int NOT NULL, probability $int NOT NULL, weighted $int NOT NULL, expected $text NOT NULL, source $text NOT NULL,
  lost_reason $text NOT NULL, closed_on $text NOT NULL
) $strict;
CREATE UNIQUE INDEX crm_opportunity_number ON crm_opportunity (number) WHERE number <> '';
CREATE INDEX crm_opportunity_date ON crm_opportunity (date, id);
CREATE INDEX crm_opportunity_owner ON crm_opportunity (owner, date, id) WHERE owner IS NOT NULL;
CREATE INDEX crm_opportunity_department ON crm_opportunity (department, date, id) WHERE department IS NOT NULL;
CREATE INDEX crm_opportunity_customer ON crm_opportunity (customer, date, id);
CREATE INDEX crm_opportunity_stage ON crm_opportunity (stage, state, id);
CREATE TABLE crm_opportunity_collaborator (
  id $id, parent $int NOT NULL REFERENCES crm_opportunity, pos $int NOT NULL, member $int REFERENCES base_user
) $strict;
CREATE INDEX crm_opportunity_collaborator_parent ON crm_opportunity_collaborator (parent);
CREATE INDEX crm_opportunity_collaborator_member ON crm_opportunity_collaborator (member, parent);
CREATE TABLE crm_opportunity_move (
  id $id, parent $int NOT NULL REFERENCES crm_opportunity, pos $int NOT NULL, stage $int REFERENCES crm_stage, day $text NOT NULL,
  by_user $int REFERENCES base_user
) $strict;
CREATE INDEX crm_opportunity_move_parent ON crm_opportunity_move (parent);
CREATE INDEX crm_opportunity_move_stage ON crm_opportunity_move (stage, parent);
CREATE TABLE crm_lead (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int REFERENCES base_person, department $int REFERENCES base_department,
  note $text NOT NULL, revision $int NOT NULL,
  name $text NOT NULL, contact $text NOT NULL, phone $text NOT NULL, email $text NOT NULL, city $text NOT NULL, source $text NOT NULL,
  reason $text NOT NULL, customer $int REFERENCES base_party, opportunity $int REFERENCES crm_opportunity, touched $text NOT NULL,
  name_key $text NOT NULL, phone_key $text NOT NULL
) $strict;
CREATE UNIQUE INDEX crm_lead_number ON crm_lead (number) WHERE number <> '';
CREATE INDEX crm_lead_date ON crm_lead (date, id);
CREATE INDEX crm_lead_owner ON crm_lead (owner, date, id) WHERE owner IS NOT NULL;
CREATE INDEX crm_lead_department ON crm_lead (department, date, id) WHERE department IS NOT NULL;
CREATE INDEX crm_lead_customer ON crm_lead (customer) WHERE customer IS NOT NULL;
CREATE INDEX crm_lead_opportunity ON crm_lead (opportunity) WHERE opportunity IS NOT NULL;
CREATE INDEX crm_lead_name_key ON crm_lead (name_key) WHERE name_key <> '';
CREATE INDEX crm_lead_phone_key ON crm_lead (phone_key) WHERE phone_key <> '';
CREATE TABLE crm_follow_up (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  number $text NOT NULL, subject $text NOT NULL, state $text NOT NULL, kind $text NOT NULL,
  customer $int REFERENCES base_party, lead $int REFERENCES crm_lead, opportunity $int REFERENCES crm_opportunity,
  plan_at $text NOT NULL, plan_time $text NOT NULL, remind_days $int NOT NULL, result $text NOT NULL, done_at $text NOT NULL, next $text NOT NULL,
  previous $int REFERENCES crm_follow_up, owner $int REFERENCES base_person, department $int REFERENCES base_department
) $strict;
CREATE UNIQUE INDEX crm_follow_up_number ON crm_follow_up (number) WHERE number <> '';
CREATE UNIQUE INDEX crm_follow_up_previous ON crm_follow_up (previous) WHERE previous IS NOT NULL;
CREATE INDEX crm_follow_up_date ON crm_follow_up (plan_at, id);
CREATE INDEX crm_follow_up_owner ON crm_follow_up (owner, plan_at, id) WHERE owner IS NOT NULL;
CREATE INDEX crm_follow_up_department ON crm_follow_up (department, plan_at, id) WHERE department IS NOT NULL;
CREATE INDEX crm_follow_up_customer ON crm_follow_up (customer, plan_at, id) WHERE customer IS NOT NULL;
CREATE INDEX crm_follow_up_lead ON crm_follow_up (lead, plan_at, id) WHERE lead IS NOT NULL;
CREATE INDEX crm_follow_up_opportunity ON crm_follow_up (opportunity, plan_at, id) WHERE opportunity IS NOT NULL;
CREATE TABLE crm_target (
  id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
  person $int NOT NULL REFERENCES base_person, month $text NOT NULL, measure $text NOT NULL, amount $int NOT NULL, customers $int NOT NULL,
  department $int REFERENCES base_department, UNIQUE (person, month, measure)
) $strict;
CREATE INDEX crm_target_department ON crm_target (department, id) WHERE department IS NOT NULL;
CREATE INDEX crm_target_month ON crm_target (month, measure);
