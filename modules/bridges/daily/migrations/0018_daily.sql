-- On which day an account was told the daily sales report last.
CREATE TABLE daily_told (account $int PRIMARY KEY, day $text NOT NULL) $strict;
