"""A notice as a mail, handed to a server over SMTP.

It is tried again only while the server certainly does not have it: once its text was under way, a
lost answer ends it, so that nobody gets it twice.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from agent.notify.notice import News
from agent.notify.sending import NotSentError, NotYetError, insist
from agent.settings import MailSettings, SmtpSettings

_STEP = 15.0
"""Seconds for a connection, and for each answer."""
PORTS = {"starttls": 587, "tls": 465, "none": 25}
_LATER = range(400, 500)


class Mail:
    """One mail to those of one `[[notify.mail]]`.

    *password*: read when it is needed.
    """

    def __init__(
        self,
        notice: News,
        settings: MailSettings,
        smtp: SmtpSettings,
        password: Callable[[], str] | None,
    ) -> None:
        self._notice, self._to = notice, settings.to
        self._smtp, self._password = smtp, password
        self._under_way: smtplib.SMTP | None = None

    def send(self, seconds: float) -> None:
        """Hand it over; `NotSentError` says why not."""
        message, trust = self._written(), _trust(self._smtp.ca_file)
        insist(lambda: self._attempt(message, trust, min(_STEP, seconds)), seconds)

    def hang_up(self) -> None:
        """Break the connection, whatever the server is at."""
        sock = self._under_way.sock if self._under_way else None
        if sock is not None:
            sock.shutdown(socket.SHUT_RDWR)

    def _attempt(self, message: EmailMessage, trust: ssl.SSLContext, timeout: float) -> None:
        with self._connection(trust, timeout) as server:
            try:
                refused = server.send_message(message)
            except smtplib.SMTPRecipientsRefused as error:
                codes = {code for code, _ in error.recipients.values()}
                raise _refusal("every recipient was refused", min(codes)) from None
            except smtplib.SMTPResponseException as error:
                raise _refusal("the server refused it", error.smtp_code) from None
            except (OSError, smtplib.SMTPException):
                raise NotSentError("the connection broke while it was handed over") from None
        if refused:
            raise NotSentError(f"{len(refused)} of {len(self._to)} recipients were refused")

    @contextmanager
    def _connection(self, trust: ssl.SSLContext, timeout: float) -> Iterator[smtplib.SMTP]:
        """The server, ready to take a mail."""
        try:
            server = self._connected(trust, timeout)
        except smtplib.SMTPAuthenticationError as error:
            raise _refusal("user and password were refused", error.smtp_code) from None
        except smtplib.SMTPResponseException as error:
            raise _refusal("the server does not take mail", error.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise NotSentError("the server offers no STARTTLS, or no way to sign in") from None
        except ssl.SSLCertVerificationError:
            raise NotSentError("its TLS certificate was not accepted (ca_file?)") from None
        except (OSError, smtplib.SMTPException) as error:
            raise NotYetError(f"no connection: {type(error).__name__}") from None
        try:
            yield server
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            self._under_way = None

    def _connected(self, trust: ssl.SSLContext, timeout: float) -> smtplib.SMTP:
        smtp = self._smtp
        port = smtp.port or PORTS[smtp.security]
        server = (
            _OverTls(self._begun, smtp.host, port, timeout=timeout, context=trust)
            if smtp.security == "tls"
            else _Plain(self._begun, smtp.host, port, timeout=timeout)
        )
        try:
            if smtp.security == "starttls":
                server.starttls(context=trust)
            if smtp.user is not None and self._password is not None:
                server.login(smtp.user, self._password())
        except BaseException:
            server.close()
            raise
        return server

    def _begun(self, server: smtplib.SMTP) -> None:
        self._under_way = server

    def _written(self) -> EmailMessage:
        notice, sender = self._notice, self._smtp.sender
        message = EmailMessage()
        message["From"], message["To"] = sender, ", ".join(self._to)
        message["Subject"] = notice.subject
        message["Date"] = format_datetime(notice.at)
        domain = parseaddr(sender)[1].rpartition("@")[2]
        name = re.sub(r"[^A-Za-z0-9.-]+", "-", notice.id)
        message["Message-ID"] = make_msgid(name, domain or "passback.invalid")
        message["Auto-Submitted"] = "auto-generated"  # so that no out-of-office note comes back
        message.set_content(notice.as_text())
        return message


Begun = Callable[[smtplib.SMTP], None]


class _Plain(smtplib.SMTP):
    """Shows itself before it connects, so that it can be stopped while it waits for a greeting."""

    def __init__(self, begun: Begun, host: str, port: int, *, timeout: float) -> None:
        begun(self)
        super().__init__(host, port, timeout=timeout)


class _OverTls(smtplib.SMTP_SSL):
    """The same over TLS from the start."""

    def __init__(
        self, begun: Begun, host: str, port: int, *, timeout: float, context: ssl.SSLContext
    ) -> None:
        begun(self)
        super().__init__(host, port, timeout=timeout, context=context)


def _trust(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise NotSentError(f"ca_file cannot be read: {error.strerror}") from None


def _refusal(why: str, code: int) -> NotSentError:
    told = f"{why} ({code})"
    return NotYetError(told) if code in _LATER else NotSentError(told)
