"""The three fixtures as somebody's tests use them: over real sockets, a district a test."""

from datetime import date, datetime
from decimal import Decimal
from time import process_time

import httpx
import pytest

from mock_sis.pytest_plugin import MockError, OtusMock, PowerSchoolMock, SkywardMock
from mock_sis.pytest_plugin.options import Options
from mock_sis.pytest_plugin.site import Site
from tests.mock_sis.pytest_plugin.programs import put_item, signed_in


@pytest.mark.parametrize("name", ["otus_mock", "powerschool_mock", "skyward_mock"])
def test_a_program_gets_a_token_at_the_address_that_the_fixture_tells(request, name):
    mock = request.getfixturevalue(name)
    assert signed_in(mock)["Authorization"] > "Bearer "
    assert [call.status for call in mock.journal] == [200]
    assert mock.writes == []


def test_the_mocks_of_a_test_share_one_district(otus_mock, powerschool_mock, skyward_mock):
    otus_mock.clock.advance(days=1)
    days = {mock.clock.today() for mock in (otus_mock, powerschool_mock, skyward_mock)}
    assert days == {date(2026, 10, 15)}
    ids = [[section.id for section in sis.sections()] for sis in (powerschool_mock, skyward_mock)]
    assert ids[0] == ids[1] == ["200001", "200002", "200003"]


@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_sees_nothing_of_the_one_before(skyward_mock: SkywardMock, turn):
    assert skyward_mock.gradebook("200001").titles == []
    assert skyward_mock.journal == []
    assert put_item(skyward_mock).status_code == 201
    assert skyward_mock.gradebook("200001").titles == ["Quiz 1"]


def test_a_teacher_enters_edits_deletes_and_restores(skyward_mock: SkywardMock):
    teacher = skyward_mock.teacher
    quiz = teacher.add_column("200001", "Quiz 1", points=10, due="2026-10-16")
    teacher.enter_score(quiz, "400001", Decimal("8.5"))
    teacher.enter_score(quiz, "400002", 0)
    teacher.enter_score(quiz, "400002", None)
    edited = teacher.edit_column(quiz, title="Quiz 1 (retake)", due="2026-10-20")
    assert (edited.title, edited.due, edited.points) == ("Quiz 1 (retake)", date(2026, 10, 20), 10)
    teacher.delete_column(edited)
    assert skyward_mock.gradebook("200001").columns == ()
    teacher.restore_column(edited)
    marks = skyward_mock.gradebook("200001").marks("Quiz 1 (retake)")
    assert (marks["400001"], marks["400002"], marks["400003"]) == ("8.5", "*", "*")


def test_a_gradebook_is_found_by_title_and_reads_as_a_table(skyward_mock: SkywardMock):
    quiz = skyward_mock.teacher.add_column("200003", "Lab", points=25, due="2026-10-16")
    skyward_mock.teacher.enter_score(quiz, "400001", 20)
    book = skyward_mock.gradebook("Science 7, period 3")
    assert book.table()[0] == ["student", "Lab"]
    assert ["400001", "20"] in book.table()
    assert str(book).splitlines()[0] == "student  Lab"
    assert book.scores("Lab")["400001"] == Decimal(20)
    assert book.scores(quiz)["400003"] is None
    assert next(row.average for row in book.rows if row.student == "400001") == 80


def test_what_is_not_there_is_answered_with_what_is(skyward_mock: SkywardMock):
    with pytest.raises(LookupError, match="no section is 'Art'; there are 200001 "):
        skyward_mock.gradebook("Art")
    skyward_mock.teacher.add_column("200001", "Quiz 1", points=10, due="2026-10-16")
    with pytest.raises(LookupError, match="0 columns are 'Quiz 2'; gradebook 200001 has 'Quiz 1'"):
        skyward_mock.gradebook("200001").column("Quiz 2")
    with pytest.raises(MockError, match="no such student") as error:
        skyward_mock.registrar.drop("1")
    assert error.value.status == 404


def test_the_registrar_closes_and_reopens_the_current_period(skyward_mock: SkywardMock):
    period = skyward_mock.registrar.close_period()
    assert period.state == "closed"
    assert period.start <= skyward_mock.clock.today() <= period.end
    assert put_item(skyward_mock).status_code == 409
    skyward_mock.registrar.reopen_period(period)
    assert put_item(skyward_mock).status_code == 201
    longer = skyward_mock.registrar.change_period(period, end="2026-11-20", grace_days=2)
    assert longer.end == date(2026, 11, 20)


def test_the_registrar_moves_people_and_categories(skyward_mock: SkywardMock):
    hand = skyward_mock.registrar
    hand.drop("400001", "200001")
    hand.transfer("400002", to="200002")
    hand.enroll("400015", "200001")
    seats = {(row.student, row.section) for row in skyward_mock.gradebook("200001").rows}
    assert {("400002", "200002"), ("400015", "200001")} <= seats
    assert "400001" not in {student for student, _ in seats}
    hand.deactivate_category("130001")
    assert put_item(skyward_mock).status_code == 409
    hand.activate_category("130001")
    assert put_item(skyward_mock).status_code == 201
    hand.add_teacher("200001", "300002", main=True)
    hand.merge("200002", into="200001")
    assert "200002" not in {section.id for section in skyward_mock.sections()}


def test_the_clock_is_set_in_the_districts_time_and_never_goes_back(otus_mock: OtusMock):
    clock = otus_mock.clock
    clock.stop("2026-10-20T22:00")
    assert clock.now() == datetime(2026, 10, 20, 22, tzinfo=clock.zone) == clock.now()
    clock.advance(hours=3, minutes=30)
    assert clock.today() == date(2026, 10, 21)
    clock.go()
    assert clock.now() < clock.now()
    clock.set(date(2026, 10, 22))
    assert clock.now().hour == 12
    with pytest.raises(MockError, match="cannot go back"):
        clock.set("2026-10-01")


def test_a_fault_strikes_is_counted_and_heals(skyward_mock: SkywardMock):
    with skyward_mock.faults.status(503, operation="putLineItem*") as fault:
        assert put_item(skyward_mock).status_code == 503
        assert (fault.seen, fault.hits) == (1, 1)
    assert put_item(skyward_mock).status_code == 201
    assert (fault.seen, fault.hits) == (0, 0)
    fault.heal()


def test_a_lost_answer_leaves_the_column_behind(skyward_mock: SkywardMock):
    skyward_mock.faults.drop_after(operation="putLineItem", nth=1)
    with pytest.raises(httpx.TransportError):
        put_item(skyward_mock)
    assert skyward_mock.gradebook("200001").titles == ["Quiz 1"]
    assert [call.status for call in skyward_mock.writes] == [None]
    assert str(skyward_mock.writes[0]).endswith("-> cut (putLineItem): fault: drop_after")


def test_an_answer_that_comes_after_the_write_leaves_the_column_behind(
    skyward_mock: SkywardMock,
):
    skyward_mock.faults.status(503, operation="putLineItem", nth=1, after=True)
    assert put_item(skyward_mock).status_code == 503
    assert skyward_mock.gradebook("200001").titles == ["Quiz 1"]
    skyward_mock.faults.maintenance(operation="putResult", after=True).heal()


def test_every_kind_of_fault_can_be_injected(powerschool_mock: PowerSchoolMock):
    faults = powerschool_mock.faults
    made = [
        faults.delay(0, probability=0.5),
        faults.drop_before(nth=9),
        faults.truncate(nth=9, since="2026-10-14", until="2026-10-15"),
        faults.revoke(nth=9),
        faults.maintenance(nth=9),
        faults.throttle(3, nth=9),
    ]
    assert len({fault.id for fault in made}) == 6
    faults.heal()
    assert powerschool_mock.control("GET", "faults") == []


def test_a_fault_of_no_operation_is_refused(skyward_mock: SkywardMock):
    with pytest.raises(ValueError, match="no operation 'putLineitem'; near: putLineItem"):
        skyward_mock.faults.status(500, operation="putResult|putLineitem")


def test_the_journal_tells_what_was_wrong_and_is_forgotten_on_demand(skyward_mock: SkywardMock):
    skyward_mock.allow(status=422)
    put_item(skyward_mock, resultValueMax="ten")
    call = skyward_mock.journal[-1]
    assert (call.operation, call.status, call.failed) == ("putLineItem", 422, True)
    assert call.problems == ('/lineItem/resultValueMax: the value is not of type "number"',)
    assert "ten" not in str(call)
    skyward_mock.forget_calls()
    assert skyward_mock.journal == []


def test_the_ways_of_the_sis_and_its_refusals_are_switches(skyward_mock: SkywardMock):
    far = {"dueDate": "2027-05-03T17:00:00Z"}
    assert put_item(skyward_mock, **far).status_code == 409
    skyward_mock.enforce(A11=False)
    assert skyward_mock.enforcement()["A11"] is False
    assert put_item(skyward_mock, **far).status_code == 201
    skyward_mock.configure(mode="strict")
    skyward_mock.allow(status=422)
    assert put_item(skyward_mock).status_code == 422
    with pytest.raises(MockError, match="no rule A99"):
        skyward_mock.enforce(A99=True)


def test_a_snapshot_brings_back_gradebooks_clock_and_journal(skyward_mock: SkywardMock):
    put_item(skyward_mock)
    skyward_mock.snapshot()
    skyward_mock.clock.advance(days=3)
    skyward_mock.teacher.delete_column(skyward_mock.gradebook("200001").column("Quiz 1"))
    put_item(skyward_mock, "quiz-2")
    skyward_mock.restore()
    assert skyward_mock.gradebook("200001").column("Quiz 1").external_id == "quiz-1"
    assert skyward_mock.clock.today() == date(2026, 10, 14)
    assert len(skyward_mock.writes) == 1
    skyward_mock.reset()
    assert skyward_mock.gradebook("200001").titles == []


def test_otus_is_played_by_the_hand_too(otus_mock: OtusMock):
    part = {"classId": "c-1001", "assignedDate": "2026-10-14", "dueDate": "2026-10-16"}
    otus_mock.assess("a-7", title="Quiz 7", type="Quiz", points=10, classes=[part, "c-1002"])
    otus_mock.edit("a-7", title="Quiz 7 (again)")
    assert otus_mock.assessment("a-7")["title"] == "Quiz 7 (again)"
    otus_mock.score("a-7", "s-3001", Decimal("8.5"))
    otus_mock.score("a-7", "s-3002", None, progress="turned_in", marks=["late"])
    otus_mock.leave_group("t-2001")
    otus_mock.join_group("t-2001")
    feed = httpx.get(
        f"{otus_mock.url}/v1/changes", params={"limit": 10000}, headers=signed_in(otus_mock)
    ).json()["changes"]
    scores = {
        row["record"]["studentId"]: row["record"]["points"]
        for row in feed
        if row["kind"] == "score" and row["record"]["assessmentId"] == "a-7"
    }
    assert scores == {"s-3001": 8.5, "s-3002": None}
    otus_mock.unassign("a-7")
    with pytest.raises(MockError, match="no such assessment"):
        otus_mock.assessment("a-7")


@pytest.mark.passback(seed=7, start="2026-12-01T08:30")
def test_a_marker_chooses_the_district(skyward_mock: SkywardMock):
    assert skyward_mock.clock.now().isoformat() >= "2026-12-01T08:30:00-06:00"
    assert skyward_mock.clock.today() == date(2026, 12, 1)
    worlds = skyward_mock.control("GET", "worlds")
    assert 7 in {world["seed"] for world in worlds}


def test_powerschool_opens_a_closed_period_to_one_section(powerschool_mock: PowerSchoolMock):
    period = powerschool_mock.registrar.close_period()
    add = powerschool_mock.teacher.add_column
    with pytest.raises(MockError, match="409"):
        add("200003", "Lab", points=10, due="2026-10-14")
    powerschool_mock.unlock("200003", period.id)
    assert add("200003", "Lab", points=10, due="2026-10-14").title == "Lab"
    powerschool_mock.lock("200003", period.id)


def test_a_new_district_costs_less_than_a_tenth_of_a_second():
    """Of processor time, which a busy machine does not stretch."""
    site = Site()
    try:
        site.server("skyward")
        taken = []
        for _ in range(5):
            started = process_time()
            with site.district(Options()):
                pass
            taken.append(process_time() - started)
    finally:
        site.close()
    assert min(taken) < 0.1
