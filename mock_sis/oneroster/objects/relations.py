"""Every kind of object: the query that finds it, and how what a path names narrows it."""

from mock_sis.oneroster.objects import documents, gradebook, roster
from mock_sis.oneroster.objects.relation import Relation

RELATIONS: dict[str, Relation] = {
    **roster.RELATIONS,
    **gradebook.RELATIONS,
    **{kind: documents.relation(kind) for kind in documents.KINDS},
}
SCOPES = {
    **roster.SCOPES,
    **gradebook.SCOPES,
    ("scoreScale", "class"): "json_extract(body, '$.class.sourcedId') = :class_id",
    ("scoreScale", "school"): "json_extract(body, '$.class.sourcedId') IN"
    " (SELECT id FROM section WHERE school = :school_id)",
}
HOLDERS = roster.HOLDERS
