-- Version 4. The ledger remembers for which SIS student each score was written, so that a SIS id that
-- is corrected in Otus moves the score and not the student's name alone.

ALTER TABLE known_score ADD COLUMN sis_student TEXT;

UPDATE known_score SET sis_student = (
    SELECT json_extract(attempt.sending, '$.sis_student')
    FROM attempt JOIN outcome ON outcome.attempt = attempt.id
    WHERE attempt.assessment = known_score.assessment AND attempt.student = known_score.student
    AND attempt.owner = known_score.owner AND attempt.op IN ('put', 'clear')
    AND outcome.kind IN ('accepted', 'adopted')
    ORDER BY attempt.id DESC LIMIT 1
);

-- What we wrote into a cell for a student of Otus who has another SIS id by now. `accepted` is NULL
-- once it is no longer there; `had_score` stays with the cell (B4).
CREATE TABLE left_score (
    assessment TEXT NOT NULL,
    owner TEXT NOT NULL,
    sis_student TEXT NOT NULL,
    student TEXT NOT NULL,
    accepted TEXT,
    had_score INTEGER NOT NULL,
    PRIMARY KEY (assessment, owner, sis_student)
) STRICT, WITHOUT ROWID;
