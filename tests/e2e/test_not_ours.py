"""What is not ours survives every write of ours (C5): comments, flags, statuses, descriptions."""

from datetime import date, timedelta

from tests.e2e.support.bypass import Bypass
from tests.e2e.support.district import START, District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.recording_proxy import JSON, between
from tests.e2e.support.verdicts import record, sent, told

NEXT = START + timedelta(days=1)
AFTER = date(2026, 10, 17)
"""The first evening on which the default due date has passed."""


def scored(district: District, points: float = 12, **more: object) -> None:
    """A column with one score of ours."""
    district.assess("a-1", **more)
    district.score("a-1", "s-3001", points)
    district.night(START)


# ---- beside a score ------------------------------------------------------------------------------


@BOTH
def test_c5_a_teachers_comment_and_flags_survive_the_next_score(district: District):
    scored(district)
    said = {"status": ["incomplete", "late", "missing"], "comment": "Ask me about question 3"}
    district.annotate("a-1", "400001", 12, **said)

    district.score("a-1", "s-3001", 14)
    run = district.night(NEXT)

    assert told(run, "s-3001") == ("sent", [])
    assert district.cell("a-1", "400001") == {"display": "14", **said}


@BOTH
def test_c5_a_comment_beside_no_score_survives_the_first_score(district: District):
    district.assess("a-1")
    district.night(START)
    said = {"status": ["late"], "comment": "Comes on Thursday"}
    district.annotate("a-1", "400001", None, **said)

    district.score("a-1", "s-3001", 14)
    assert told(district.night(NEXT), "s-3001") == ("sent", [])

    assert district.cell("a-1", "400001") == {"display": "14", **said}


def test_c5_over_1_1_a_comment_survives_and_so_do_flags_that_1_1_has_no_word_for(
    district: District,
):
    district.sis_more = 'oneroster = "1.1"'
    scored(district)
    said = {"status": ["late"], "comment": "Ask me about question 3"}
    district.annotate("a-1", "400001", 12, **said)

    district.score("a-1", "s-3001", 14)
    district.night(NEXT)

    assert district.cell("a-1", "400001") == {"display": "14", **said}


def test_c5_what_another_program_keeps_in_a_result_survives(district: District):
    scored(district)
    theirs = {
        "metadata": {"portfolio.page": "7"},
        "scoreScale": {"sourcedId": "scale-1"},
        "inProgress": "true",
    }
    [result] = results(district)
    past = Bypass(district)
    assert past.change_result(result, textScore="B+", **theirs).done

    district.score("a-1", "s-3001", 14)
    assert told(district.night(NEXT), "s-3001") == ("sent", [])

    [after] = results(district)
    assert (after["score"], after["scoreStatus"]) == (14, "fully graded")
    assert after["metadata"] == theirs["metadata"]
    assert after["scoreScale"]["sourcedId"] == "scale-1"
    assert after["inProgress"] == "true"
    # It speaks of the score that was, so it goes.
    assert "textScore" not in after


@BOTH
def test_c5_looking_at_the_cells_once_more_costs_one_read_a_column(district: District):
    district.assess("a-1")
    for number in (1, 2, 4, 5, 6):
        district.score("a-1", f"s-300{number}", 10)
    district.night(START)
    for number in (1, 2, 4, 5, 6):
        district.score("a-1", f"s-300{number}", 11)

    with between(district, "sis") as relay:
        district.evening(NEXT)
        run = district.sync()

    facts, linked = district.facts, len(district.facts.books["200001"])
    reads = relay.of("GET", facts.marks_path)
    assert run.report["counts"]["sent"] == 5
    # Once to decide, and once right before the writes.
    assert len(reads) == 2 * linked


def test_c5_a_server_that_refuses_what_stood_there_is_told_by_the_members_name(
    district: District,
):
    scored(district)
    district.annotate("a-1", "400001", 12, comment="He was in hospital")
    district.score("a-1", "s-3001", 14)

    with between(district, "sis") as relay:

        def refuse(exchange) -> bool:
            if exchange.method != "PUT" or b'"comment"' not in exchange.body:
                return False
            words = "/result/comment: He was in hospital cannot be stored"
            info = {"imsx_codeMajor": "failure", "imsx_description": words}
            exchange.answer(422, info, JSON)
            return True

        relay.before = refuse
        district.evening(NEXT)
        run = district.sync()

    assert run.code == 3
    assert told(run, "s-3001") == ("rejected", [])
    reason = record(run, "a-1", "200001", "s-3001")["reason"]
    assert "comment" in reason
    assert "hospital" not in run.out + run.err
    assert district.cell("a-1", "400001") == {"display": "12", "comment": "He was in hospital"}


# ---- beside a column -----------------------------------------------------------------------------


@BOTH
def test_c5_a_description_survives_an_update(district: District):
    scored(district)
    column = district.column("a-1")
    description = f"Bring a pencil {column.get('description', '')}".strip()
    district.control("PATCH", f"/columns/{column['id']}", {"description": description})

    district.edit("a-1", title="Fractions")
    run, writes = sent(district, NEXT)

    assert (told(run), writes) == (("updated", []), [district.facts.update])
    after = district.column("a-1")
    assert (after["title"], after["description"]) == ("Fractions", description)


def test_c5_what_another_program_keeps_in_a_line_item_survives(district: District):
    scored(district)
    [item] = district.line_items("200001")
    theirs = {
        "metadata": {"weight": "2", "folder": "Unit 3"},
        "scoreScale": {"sourcedId": "scale-1"},
        "description": "Bring a pencil",
        "resultValueMin": 2,
    }
    assert Bypass(district).change_column(item, **theirs).done

    district.edit("a-1", totalPoints=25)
    assert told(district.night(NEXT)) == ("updated", [])

    [after] = district.line_items("200001")
    assert (after["resultValueMax"], after["resultValueMin"]) == (25, 2)
    assert (after["metadata"], after["description"]) == (theirs["metadata"], "Bring a pencil")
    assert after["scoreScale"]["sourcedId"] == "scale-1"


def test_c5_a_server_that_refuses_what_stood_in_a_column_is_told_by_the_members_name(
    district: District,
):
    scored(district)
    column = district.column("a-1")["id"]
    district.control("PATCH", f"/columns/{column}", {"description": "For Alex, who missed it"})
    district.edit("a-1", title="Fractions")

    with between(district, "sis") as relay:

        def refuse(exchange) -> bool:
            if exchange.method != "PUT" or b'"description"' not in exchange.body:
                return False
            words = "lineItem/description: 'For Alex, who missed it' has a comma"
            info = {"imsx_codeMajor": "failure", "imsx_description": words}
            exchange.answer(422, info, JSON)
            return True

        relay.before = refuse
        district.evening(NEXT)
        run = district.sync()

    assert (run.code, told(run)) == (3, ("rejected", []))
    assert "description" in record(run, "a-1", "200001")["reason"]
    assert "Alex" not in run.out + run.err


# ---- the assigned date ---------------------------------------------------------------------------


def test_a10_without_an_assigned_date_the_creation_date_in_the_district_stands_for_it(
    district: District,
):
    classes = [district.assigned("c-1001", assignedDate=None)]
    district.assess("a-1", createdAt="2026-10-13T02:00:00Z", classes=classes)

    run = district.night(START)

    assert told(run) == ("created", [])
    assert district.column("a-1")["assigned"] == "2026-10-12"


def results(district: District) -> list[dict]:
    """The results of the one line item."""
    [item] = district.line_items("200001")
    return item["results"]
