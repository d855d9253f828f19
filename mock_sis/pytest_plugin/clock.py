"""The clock of a test's district: told, moved on, stopped."""

from datetime import date, datetime, timedelta, tzinfo

from mock_sis.pytest_plugin.control import Control

Moment = datetime | date | str
"""An instant, or a day, which stands for its noon. Without an offset: the district's local time."""


class Clock:
    """One clock for Otus and both SIS. It ticks, from noon of the start on, and never goes back.

    Time stamps, the expiry of tokens, enrolments and grading periods follow it.

    Attributes:
        zone: the district's time zone.
    """

    def __init__(self, control: Control, zone: tzinfo) -> None:
        self._control = control
        self.zone = zone

    def now(self) -> datetime:
        """The district's instant, in its own zone."""
        told = datetime.fromisoformat(self._control("GET", "clock")["now"])
        return told.astimezone(self.zone)

    def today(self) -> date:
        """The district's date."""
        return self.now().date()

    def set(self, now: Moment) -> None:
        """Move on to *now*. MockError (409): that would be back."""
        self._control("PUT", "clock", body={"now": as_text(now, self.zone)})

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Move on by so much."""
        by = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        self._control("POST", "clock", "advance", body={"seconds": by.total_seconds()})

    def stop(self, now: Moment | None = None) -> None:
        """Stand still, at *now* or where it is: time stamps are the same every time then."""
        there = {} if now is None else {"now": as_text(now, self.zone)}
        self._control("PUT", "clock", body={**there, "frozen": True})

    def go(self) -> None:
        """Tick again."""
        self._control("PUT", "clock", body={"frozen": False})


def as_text(moment: Moment, zone: tzinfo) -> str:
    """*moment* as the control plane reads it. ValueError: text that is no day and no instant."""
    if isinstance(moment, str):
        moment = (
            date.fromisoformat(moment)
            if len(moment) == len("2026-10-14")
            else datetime.fromisoformat(moment)
        )
    if isinstance(moment, datetime) and moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.isoformat()
