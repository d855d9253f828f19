-- Version 5: the columns of a gradebook are listed once more after one was made, and while one is doubled.

ALTER TABLE known_column ADD COLUMN list_again INTEGER NOT NULL DEFAULT 0;

CREATE INDEX known_column_to_list ON known_column (owner) WHERE list_again;
