-- What moved on each money account in a month, fees taken off. It is kept by the unit that posts or unposts the sheet.
CREATE TABLE insight_money (
  money_account $int NOT NULL REFERENCES settlement_money_account, month $text NOT NULL, amount $int NOT NULL, PRIMARY KEY (money_account, month)
) $strict;
-- How many silent customers the report of an account named when they were counted last, by the work of the day.
CREATE TABLE insight_silent (account $int PRIMARY KEY REFERENCES base_user, date $text NOT NULL, customers $int NOT NULL) $strict;
