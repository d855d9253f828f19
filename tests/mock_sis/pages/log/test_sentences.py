"""Each call as a sentence that a school secretary understands."""

import pytest

from mock_sis.http.contract import contract
from mock_sis.pages.log.deeds import deed
from mock_sis.pages.log.entries import call_of
from mock_sis.pages.log.sentences import lines, sentence
from mock_sis.server import MOCKS

ROSTERING, GRADEBOOK = "/ims/oneroster/rostering/v1p2", "/ims/oneroster/gradebook/v1p2"
SCORE = {"assignment": "q", "student": "400003"}
CLOSED = "grading period Q1 is closed for class 200001"


class SomeNames:
    """A world with one class and one assignment."""

    def section(self, id_):
        return {"200001": "Math 7, period 1"}.get(id_, id_)

    def assignment(self, id_):
        return {"q": "Fractions quiz", "50000008": "Fractions quiz"}.get(id_, id_)

    def score(self, id_):
        return ("400003", "q") if id_ == "r" else None


def entry(server, method, path, operation, status, **more):
    usual = {"seq": 1, "at": "2026-10-02T07:14:00Z", "query": "", "reason": "", "violations": []}
    return {
        **usual,
        "server": server,
        "method": method,
        "path": path,
        "operation": operation,
        "status": status,
        "write": method != "GET",
        "about": {},
        **more,
    }


def told(*args, **more):
    return sentence(call_of(entry(*args, **more)), SomeNames())


OTUS = (
    ("POST", "/oauth/token", "requestToken", 200, {}, "A token was asked for"),
    (
        "POST",
        "/oauth/token",
        "requestToken",
        401,
        {},
        "A token was refused: the token was missing, wrong or too old",
    ),
    ("GET", "/v1/changes", "listChanges", 200, {}, "The changes in Otus were read"),
    (
        "GET",
        "/elsewhere",
        None,
        404,
        {"reason": "there is nothing at this address"},
        "The unknown address /elsewhere was refused: there is nothing at this address",
    ),
)
SKYWARD = (
    ("GET", f"{ROSTERING}/classes", "getAllClasses", 200, {}, "The list of classes was read"),
    ("GET", f"{ROSTERING}/classes/200001", "getClass", 200, {}, "Class Math 7, period 1 was read"),
    ("GET", f"{ROSTERING}/orgs/1", "getOrg", 200, {}, "School or district 1 was read"),
    (
        "GET",
        f"{ROSTERING}/schools/1/classes/200001/enrollments",
        "getEnrollmentsForClassInSchool",
        200,
        {},
        "The enrollments of Math 7, period 1 were read",
    ),
    (
        "GET",
        f"{GRADEBOOK}/classes/200001/lineItems/q/results",
        "getResultsForLineItemForClass",
        200,
        {},
        "The scores of Fractions quiz were read",
    ),
    (
        "GET",
        f"{GRADEBOOK}/results/r",
        "getResult",
        200,
        {},
        "Score of student 400003 for Fractions quiz was read",
    ),
    (
        "PUT",
        f"{GRADEBOOK}/lineItems/q",
        "putLineItem",
        201,
        {"about": {"section": "200001", "title": "Fractions quiz"}},
        "Assignment Fractions quiz was created in Math 7, period 1",
    ),
    (
        "PUT",
        f"{GRADEBOOK}/lineItems/q",
        "putLineItem",
        200,
        {},
        "Assignment Fractions quiz was changed",
    ),
    (
        "DELETE",
        f"{GRADEBOOK}/lineItems/q",
        "deleteLineItem",
        204,
        {},
        "Assignment Fractions quiz was deleted",
    ),
    (
        "PUT",
        f"{GRADEBOOK}/results/x",
        "putResult",
        409,
        {"about": SCORE, "reason": CLOSED},
        "Score of student 400003 for Fractions quiz was refused: the grading period Q1 is closed",
    ),
    (
        "PUT",
        f"{GRADEBOOK}/results/x",
        "putResult",
        409,
        {"about": SCORE, "reason": "the student is not enrolled in class 200001 today"},
        (
            "Score of student 400003 for Fractions quiz was refused:"
            " the student is not enrolled in Math 7, period 1 today"
        ),
    ),
    (
        "PUT",
        f"{GRADEBOOK}/results/r",
        "putResult",
        503,
        {"reason": "fault: maintenance"},
        (
            "Score of student 400003 for Fractions quiz was not saved:"
            " the server was down for maintenance"
        ),
    ),
    (
        "PUT",
        f"{GRADEBOOK}/results/x",
        "putResult",
        None,
        {"about": SCORE, "reason": "fault: drop_after"},
        (
            "Score of student 400003 for Fractions quiz had no answer:"
            " the connection was cut after it was done, so the caller does not know"
        ),
    ),
    (
        "PUT",
        f"{GRADEBOOK}/results/x",
        "putResult",
        429,
        {"reason": "fault: throttle"},
        "A score was not saved: there were too many calls at once",
    ),
    (
        "DELETE",
        f"{GRADEBOOK}/results/r",
        "deleteResult",
        204,
        {},
        "Score of student 400003 for Fractions quiz was taken out",
    ),
    (
        "PUT",
        f"{GRADEBOOK}/lineItems/q",
        "putLineItem",
        422,
        {"violations": [{"pointer": "/lineItem/dueDate", "message": "is not a date.", "rule": ""}]},
        "Assignment Fractions quiz was refused: lineItem, dueDate: is not a date",
    ),
    (
        "POST",
        f"{GRADEBOOK}/classes/200001/lineItems",
        "postLineItemsForClass",
        201,
        {"about": {"section": "200001", "count": 3}},
        "3 assignments of Math 7, period 1 were created",
    ),
    (
        "GET",
        "/Generic/1/Gradebook/SectionGradingPeriodData/1/100",
        "listObjects",
        200,
        {},
        "The lists of grading periods that are closed were read",
    ),
    (
        "GET",
        "/Generic/1/Staff/Staff/1/100",
        "listObjects",
        500,
        {"reason": "fault: status"},
        "Records of Staff were not read: the server answered with error 500",
    ),
)
POWERSCHOOL = (
    ("GET", "/ws/v1/district/school", "listSchools", 200, {}, "The list of schools was read"),
    (
        "GET",
        "/ws/v1/section/200001/section_enrollment",
        "listSectionEnrollments",
        200,
        {},
        "The students of Math 7, period 1 were read",
    ),
    (
        "GET",
        "/ws/xte/section/assignment",
        "listAssignments",
        200,
        {"query": "users_dcid=1&section_ids=200001,2"},
        "The assignments of Math 7, period 1 and 2 were read",
    ),
    (
        "GET",
        "/ws/schema/table/CC",
        "listTableRows",
        200,
        {},
        "The table of enrollments (cc) was read",
    ),
    (
        "POST",
        "/ws/xte/section/assignment",
        "createAssignment",
        201,
        {"about": {"section": "200001", "title": "Fractions quiz"}},
        "Assignment Fractions quiz was created in Math 7, period 1",
    ),
    (
        "POST",
        "/ws/xte/section/assignment",
        "createAssignment",
        201,
        {"about": {"section": "200001", "title": "Quiz", "count": 3}},
        "Assignment Quiz was created in Math 7, period 1 and 2 more sections",
    ),
    (
        "PUT",
        "/ws/xte/section/assignment/50000008",
        "replaceAssignment",
        201,
        {},
        "Assignment Fractions quiz was changed",
    ),
    (
        "PUT",
        "/ws/xte/score",
        "putScores",
        200,
        {"about": {"assignment": "q", "count": 12}},
        "12 scores of Fractions quiz were saved",
    ),
    (
        "PUT",
        "/ws/xte/score",
        "putScores",
        200,
        {"about": SCORE},
        "Score of student 400003 for Fractions quiz was saved",
    ),
    (
        "PUT",
        "/ws/xte/score",
        "putScores",
        403,
        {"about": {"count": 2}, "reason": "No access to field assignmentscore.scorepoints"},
        (
            "2 scores of several assignments were refused:"
            " No access to field assignmentscore.scorepoints"
        ),
    ),
)
CASES = [
    (server, *case)
    for server, cases in (("otus", OTUS), ("skyward", SKYWARD), ("powerschool", POWERSCHOOL))
    for case in cases
]


@pytest.mark.parametrize(
    ("server", "method", "path", "operation", "status", "more", "expected"),
    CASES,
    ids=[f"{case[0]}-{case[3]}-{case[4]}-{n}" for n, case in enumerate(CASES)],
)
def test_a_call_is_a_sentence(server, method, path, operation, status, more, expected):
    assert told(server, method, path, operation, status, **more) == expected


@pytest.mark.parametrize("server", MOCKS)
def test_every_operation_of_a_contract_has_words_of_its_own(server):
    for operation in contract(f"{server}.yaml").operations.values():
        path = operation.path.replace("{", "").replace("}", "")
        call = call_of(entry(server, operation.method.upper(), path, operation.id, 200))
        did = deed(call, SomeNames())
        assert operation.id not in did.subject, operation.id
        assert path not in did.subject, operation.id
        assert did.verb in VERBS or did.verb.split(" in ")[0] in VERBS, operation.id


VERBS = {
    *("read", "saved", "created", "changed", "deleted", "taken out", "asked for", "described"),
    *("run", "taken off an assignment"),
}


# ---- several calls ------------------------------------------------------------------------------


def put(seq, *, at="2026-10-02T07:14:00Z", status=201, **about):
    path = f"{GRADEBOOK}/results/{seq}"
    return entry(
        "skyward", "PUT", path, "putResult", status, seq=seq, at=at, about={**SCORE, **about}
    )


def texts(*entries):
    return [line.text for line in lines(entries, SomeNames())]


def test_scores_of_one_assignment_within_a_minute_are_one_line():
    other = put(3, assignment="z")

    assert texts(put(4), other, put(2), put(1, at="2026-10-02T07:13:59Z")) == [
        "2 scores of Fractions quiz were saved",
        "Score of student 400003 for z was saved",
        "Score of student 400003 for Fractions quiz was saved",
    ]


def test_every_failed_call_is_a_line_of_its_own():
    assert len(texts(put(3), put(2, status=409), put(1, status=409))) == 3


def test_what_was_read_several_times_says_so_and_keeps_its_calls():
    calls = [
        entry("skyward", "GET", f"{ROSTERING}/classes", "getAllClasses", 200, seq=seq)
        for seq in (2, 1)
    ]
    (line,) = lines(calls, SomeNames())

    assert line.text == "The list of classes was read (2 times)"
    assert [one["seq"] for one in line.entries] == [2, 1]
