"""Qmlativ's categories: the district's, and those that the gradebook of a section uses.

A section has grade buckets, and a bucket has section categories; here one bucket a section.
"""

from collections.abc import Mapping

from mock_sis.skyward.generic.object_type import ObjectType, object_type
from mock_sis.skyward.generic.roster import YEAR

_USED = (
    "EXISTS (SELECT 1 FROM assignment WHERE assignment.sis = :sis AND deleted = 0"
    " AND assignment.category = category.id{})"
)
_USABLE = (
    "category.sis = :sis AND category.active = 1 AND NOT EXISTS (SELECT 1 FROM category_off off"
    " JOIN enrolment ON person = teacher AND role = 'teacher' AND main = 1 AND enrolment.active = 1"
    " WHERE off.sis = :sis AND off.category = category.id AND enrolment.section = section.id)"
)

CATEGORIES: Mapping[str, ObjectType] = dict(
    (
        object_type(
            "Gradebook/Category",
            "CategoryID Code Description CodeDescription DistrictID SchoolYearID IsActive"
            " HasAssignments",
            "SELECT id AS CategoryID, code AS Code, title AS Description, code || ' - ' || title"
            f" AS CodeDescription, 1 AS DistrictID, {YEAR} AS SchoolYearID, active AS IsActive,"
            f" {_USED.format('')} AS HasAssignments FROM category WHERE sis = :sis",
        ),
        object_type(
            "Gradebook/SectionGradeBucket",
            "SectionGradeBucketID SectionID HasSectionCategories",
            "SELECT id AS SectionGradeBucketID, id AS SectionID, EXISTS (SELECT 1 FROM category"
            f" WHERE {_USABLE}) AS HasSectionCategories FROM section",
        ),
        object_type(
            "Gradebook/SectionCategory",
            "SectionCategoryID SectionGradeBucketID CategoryID WeightPercent:Decimal"
            " HasAssignments",
            "SELECT section.id || substr('000000' || category.id, -6) AS SectionCategoryID,"
            " section.id AS SectionGradeBucketID, category.id AS CategoryID,"
            f" NULL AS WeightPercent, {_USED.format(' AND assignment.section = section.id')}"
            f" AS HasAssignments FROM section JOIN category ON {_USABLE}",
        ),
    )
)
"""`module/object` in lower case -> the object."""
