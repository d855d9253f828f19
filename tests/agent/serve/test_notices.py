"""What is told of nights by the clock: trouble once a night, however often it is tried again."""

import threading
from contextlib import suppress
from dataclasses import replace

import msgspec
import pytest

from agent.commands.events import Events
from agent.errors import ConfigError, LockedError
from agent.ledger import run_lock
from agent.serve.command import Nights
from agent.serve.jobs import Job
from agent.serve.schedule.slots import latest_slot
from agent.settings import NotifySettings, Secret, WebhookSettings
from tests.agent.notify.servers import receiving
from tests.agent.serve.conftest import NOW


@pytest.fixture
def hook():
    with receiving() as found:
        yield found


@pytest.fixture
def district(made_up, hook):
    """Nothing of it can be reached but the webhook."""
    notify = NotifySettings(webhook=(WebhookSettings(url=Secret(env="HOOK")),))
    settings = msgspec.structs.replace(made_up.settings, notify=notify)
    return replace(
        made_up, settings=settings, environment={**made_up.environment, "HOOK": hook.url}
    )


def run(nights, district, number=1, *, by_clock=True):
    """One run to its end, notices included."""
    slot = latest_slot(NOW, district.settings.serve, NOW.tzinfo) if by_clock else None
    with suppress(LockedError, ConfigError):
        nights.run(district, Job("run", number, NOW, Events(), slot, again=number > 1), None)
    for thread in threading.enumerate():
        if thread.name == "notices":
            thread.join()


def test_a_night_that_is_tried_again_and_again_is_told_once(district, hook):
    nights = Nights()
    for number in (1, 2, 3):
        run(nights, district, number)
    [told] = hook.bodies
    assert (told["exit_code"], told["district"]) == (6, "lakeview")


def test_each_run_that_a_person_began_is_told(district, hook):
    nights = Nights()
    for number in (1, 2):
        run(nights, district, number, by_clock=False)
    assert [told["exit_code"] for told in hook.bodies] == [6, 6]


def test_a_night_that_cannot_begin_is_told_once(district, hook):
    lost = replace(district, environment={"HOOK": hook.url, "SOURCE": "s"})
    for number in (1, 2):
        run(Nights(), lost, number)
    [told] = hook.bodies
    assert (told["exit_code"], told["run"]) == (10, "")


def test_a_night_that_waits_for_another_run_is_nothing_to_tell_of(district, hook):
    with run_lock(district.settings.ledger.url):
        run(Nights(), district)
    assert hook.got == []


def test_the_lock_is_free_when_trouble_is_told(district, hook):
    free = []

    class Looking(list):
        def append(self, request):
            with run_lock(district.settings.ledger.url):
                free.append(True)

    hook.got = Looking()
    run(Nights(), replace(district, environment={"HOOK": hook.url, "SOURCE": "s"}))
    run(Nights(), district)
    assert free == [True, True]
