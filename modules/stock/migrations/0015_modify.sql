-- rank is the place of a move among those of its day: its own seq, or the place of the move that it replaced when its
-- document was modified, so that a corrected sheet stands where the wrong one stood.
ALTER TABLE stock_move ADD COLUMN rank $int NOT NULL DEFAULT 0;
UPDATE stock_move SET rank = seq;
