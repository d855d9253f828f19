-- Version 3. `known_score.seen` may be 'unscored': a night saw the student without a score (C5).
-- What the records of the version before tell of it is taken over, where one column is meant.

INSERT OR IGNORE INTO known_score (assessment, owner, student, seen, accepted, had_score)
SELECT record.assessment, known_column.owner, record.student, 'unscored', NULL, 0
FROM record JOIN known_column ON known_column.assessment = record.assessment
WHERE record.student <> '' AND record.section <> '' AND record.state = 'refused'
AND record.codes IN ('["not_due_yet"]', '["not_fully_graded"]', '["withheld_missing"]',
    '["excused_no_score"]', '["excused_no_score","not_due_yet"]')
AND known_column.ref IS NOT NULL AND NOT known_column.deleted
AND (SELECT count(*) FROM known_column AS every
    WHERE every.assessment = record.assessment AND every.ref IS NOT NULL) = 1;
