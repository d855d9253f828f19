"""Who hears of a run: the start to a watcher, the end to all whom it concerns."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from agent.errors import PassbackError
from agent.log import lines as log
from agent.notify.notice import CAME_TO_ITS_END, News, Notice
from agent.notify.sending import Message, Sending, sending
from agent.secrets.lookup import secret
from agent.settings import NotifySettings, Secret, ServeSettings


def messages(
    news: News, notify: NotifySettings, environ: Mapping[str, str]
) -> Mapping[str, Message]:
    """The mails and webhooks that *news* goes out by, by a name for the log."""
    # Imported late: a district without notices pays nothing for them.
    from agent.notify.mail import Mail
    from agent.notify.webhook import webhook

    found = dict[str, Message]()
    for number, mail in enumerate(notify.mail, 1):
        if notify.smtp is not None and news.concerns(mail.when):
            password = _optional(notify.smtp.password, environ, "smtp", "password")
            found[f"mail {number}"] = Mail(news, mail, notify.smtp, password)
    for number, hook in enumerate(notify.webhook, 1):
        if news.concerns(hook.when):
            url = _needed(hook.url, environ, "webhook", "url")
            key = _optional(hook.secret, environ, "webhook", "secret")
            found[f"webhook {number}"] = webhook(news, url, key, hook.ca_file)
    return found


class Announcer:
    """Tells of one run, as the configuration asks for it.

    Args:
        environ: where secrets are looked up.
        at: the moment of the run, in the district's zone.
        key: the district's in the addresses of its pages.
    """

    def __init__(
        self,
        district: str,
        notify: NotifySettings,
        serve: ServeSettings,
        *,
        environ: Mapping[str, str],
        at: datetime,
        key: str,
    ) -> None:
        self._district, self._notify, self._serve = district, notify, serve
        self._environ, self._at, self._key = environ, at, key

    @contextmanager
    def begun(self, *, but: type[Exception] | tuple[type[Exception], ...] = ()) -> Iterator[None]:
        """Tell the watcher while the block does the run; of a run that never began, tell all.

        A run that begins and fails is no error here: `ended` tells of it.

        Args:
            but: errors that are nothing to tell of.
        """
        try:
            with sending(self._start, self._notify.within_seconds):
                yield
        except Exception as error:
            if not isinstance(error, but):
                self._never_ended(error)
            raise

    def _never_ended(self, error: Exception) -> None:
        # The text of a fault of ours may hold anything.
        known = error if isinstance(error, PassbackError) else PassbackError("")
        code, why = known.exit_code, (str(known),) if str(known) else ()
        notice = Notice(run="", district=self._district, at=self._at, code=code, why=why)
        self.tell(notice)

    def tell(self, notice: Notice) -> list[Sending]:
        """Send *notice*, and wait for it."""
        with self.ended(notice) as begun:
            return begun

    @contextmanager
    def ended(self, notice: Notice) -> Iterator[list[Sending]]:
        """Send *notice* while the block is at work, and wait for the rest at its end."""
        with (
            log.bound(run=notice.run, district=notice.district),
            sending(lambda: self.messages(notice), self._notify.within_seconds) as begun,
        ):
            yield begun

    def links(self, run: str) -> Mapping[str, str]:
        """What a reader may want to open."""
        address = (self._serve.address or "").rstrip("/")
        if not address:
            return {}
        if not run:
            return {"Pages": f"{address}/agent/"}
        pages = f"{address}/agent/{self._key}"
        return {
            "This run": f"{pages}/runs/{run}",
            "What only teachers can mend": f"{pages}/teachers",
        }

    def messages(self, notice: Notice) -> Mapping[str, Message]:
        """Everything that goes out about a run, by a name for the log."""
        told = messages(notice, self._notify, self._environ)
        return {**told, **self._end(notice.code)}

    def _start(self) -> Mapping[str, Message]:
        wanted = self._notify.ping
        return self._ping("/start") if wanted is not None and wanted.start else {}

    def _end(self, code: int) -> Mapping[str, Message]:
        if code in CAME_TO_ITS_END:
            return self._ping("")
        wanted = self._notify.ping
        return self._ping(f"/{code}") if wanted is not None and wanted.failure else {}

    def _ping(self, below: str) -> Mapping[str, Message]:
        from agent.notify.webhook import ping

        wanted = self._notify.ping
        if wanted is None:
            return {}
        return {
            "ping": ping(_needed(wanted.url, self._environ, "ping", "url"), wanted.ca_file, below)
        }


def _needed(
    reference: Secret, environ: Mapping[str, str], table: str, key: str
) -> Callable[[], str]:
    return lambda: secret(reference, environ, f"[notify.{table}] {key}")


def _optional(
    reference: Secret | None, environ: Mapping[str, str], table: str, key: str
) -> Callable[[], str] | None:
    return None if reference is None else _needed(reference, environ, table, key)
