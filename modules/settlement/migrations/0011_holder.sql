ALTER TABLE settlement_money_account ADD COLUMN holder $int REFERENCES base_person;
