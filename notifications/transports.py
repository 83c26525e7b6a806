"""The last step of a mail, in two halves: offering it, after which nothing is at risk, and handing it over."""

import smtplib
import ssl
from types import TracebackType
from typing import Protocol, Self

from django.conf import settings

from notifications import inbox


class NotNow(Exception):
    """The mail was certainly not taken; it may be later."""


class Unreachable(NotNow):
    """The mail server is not there."""


class Rejected(Exception):
    """The mail was certainly not taken, and never will be."""


class RecipientRefused(Rejected):
    """The mail server takes no mail for this address."""


class NoAnswer(Exception):
    """The mail was handed over, and nobody said whether it was taken."""


class Transport(Protocol):
    """A way out, open for several mails one after the other."""

    def offer(self, sender: str, recipient: str) -> None:
        """Name sender and recipient; raises NotNow, Unreachable or Rejected."""

    def hand_over(self, content: bytes) -> str:
        """Send the mail that was offered and return what the other side said; raises NotNow, Rejected, NoAnswer."""

    def withdraw(self) -> None:
        """Take back what was offered and not handed over."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class InboxTransport:
    """Into the local inbox."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is open."""

    def offer(self, sender: str, recipient: str) -> None:
        """Anybody may have mail here."""

    def hand_over(self, content: bytes) -> str:
        """Keep the mail."""
        return f"kept as {inbox.keep(content)}"

    def withdraw(self) -> None:
        """Nothing was offered to anybody."""


class SmtpTransport:
    """Over one connection to the mail server of the settings."""

    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Connect; raises Unreachable when the server is not there."""
        self._connected()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    def offer(self, sender: str, recipient: str) -> None:
        """MAIL and RCPT."""
        server = self._connected()
        try:
            self._judge(*server.mail(sender))
            self._judge(*server.rcpt(recipient), refusal=RecipientRefused)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._drop()
            raise Unreachable(str(error)) from error
        except (NotNow, Rejected, ValueError):
            self.withdraw()  # or the next mail would stand inside this one
            raise

    def hand_over(self, content: bytes) -> str:
        """DATA, the mail, and the dot; silence after it is NoAnswer, and so is a broken line in the middle."""
        try:
            code, reply = self._connected().data(content)
        except smtplib.SMTPDataError as error:
            self.withdraw()
            code, reply = error.smtp_code, _bytes(error.smtp_error)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._drop()
            raise NoAnswer(str(error)) from error
        self._judge(code, reply)
        return f"{code} {_words(reply)}"

    def withdraw(self) -> None:
        """RSET; a server that does not take it is left."""
        if self._server is None:
            return
        try:
            self._server.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _judge(self, code: int, reply: bytes, *, refusal: type[Rejected] = Rejected) -> None:
        """Let a good answer pass; raise what a bad one means."""
        words = f"{code} {_words(reply)}"
        if code in {-1, 421, 503}:  # the line's fault, not this mail's
            self._drop()
            raise Unreachable(words)
        if code < 400:
            return
        if code < 500:
            raise NotNow(words)
        raise refusal(words)

    def _drop(self) -> None:
        """Leave a connection that is of no more use."""
        if self._server is not None:
            self._server.close()
        self._server = None

    def _connected(self) -> smtplib.SMTP:
        """Return the open connection, or a new one; raises Unreachable."""
        if self._server is None:
            try:
                self._server = _connect()
            except (smtplib.SMTPException, OSError) as error:
                raise Unreachable(str(error)) from error
        return self._server


def _connect() -> smtplib.SMTP:
    """Return a connection as the settings ask for."""
    host, port, patience = settings.EMAIL_HOST, settings.EMAIL_PORT, settings.OUTBOX_SMTP_SECONDS
    context = ssl.create_default_context()
    if settings.EMAIL_USE_SSL:
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=patience, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=patience)
    server.ehlo_or_helo_if_needed()
    if settings.EMAIL_USE_TLS:
        server.starttls(context=context)
        server.ehlo()
    if settings.EMAIL_HOST_USER:
        server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    return server


def _bytes(reply: bytes | str) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode()


def _words(reply: bytes) -> str:
    return reply.decode("utf-8", "replace")


def open_transport() -> InboxTransport | SmtpTransport:
    """Return the way out that the settings name."""
    return InboxTransport() if settings.LOCAL_INBOX else SmtpTransport()
