"""What DNS should say of the domains that our mail comes from, and whether it does. Nothing here asks the network."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Final, Literal

from django.conf import settings

from people.addresses import domain_of
from people.models import Partnership

Type = Literal["TXT", "MX"]
SPACE: Final = re.compile(r"\s+")
LONGEST_STRING: Final = 255  # of one string in a TXT record; a long key is several, one after the other


@dataclass(frozen=True)
class Record:
    """A record as it should stand: what it is for, its name, type and value, and what must be in it."""

    purpose: Literal["SPF", "DKIM", "DMARC", "MX"]
    name: str
    type: Type
    value: str
    part: str = ""

    @property
    def line(self) -> str:
        """Return it as a line of a zone file."""
        if self.type == "MX":
            return f"{self.name}. 3600 IN MX {self.value}."
        cuts = range(0, len(self.value), LONGEST_STRING)
        pieces = " ".join(f'"{self.value[at : at + LONGEST_STRING]}"' for at in cuts)
        return f"{self.name}. 3600 IN TXT {pieces}"


def senders() -> list[str]:
    """Return every address that mail of this site comes from, each once."""
    own = Partnership.objects.exclude(sender_email="").values_list("sender_email", flat=True)
    return sorted({parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower(), *own})


def records(addresses: Iterable[str]) -> list[Record]:
    """Return what DNS should say of the domains of these senders, and of the one that replies go to."""
    domains = sorted({domain_of(address) for address in addresses} | {settings.REPLY_DOMAIN.lower()})
    found = [record for domain in domains for record in (_spf(domain), _dkim(domain), _dmarc(domain))]
    return [*found, _mx(settings.REPLY_DOMAIN.lower())]


def _host() -> str:
    """Return the mail server's name, as far as the settings say."""
    return getattr(settings, "EMAIL_HOST", "") or "localhost"


def _spf(domain: str) -> Record:
    source = settings.MAIL_SPF or f"a:{_host()}"
    return Record("SPF", domain, "TXT", f"v=spf1 {source} -all", part=source)


def _dkim(domain: str) -> Record:
    key = SPACE.sub("", settings.MAIL_DKIM_KEY)
    name = f"{settings.MAIL_DKIM_SELECTOR}._domainkey.{domain}"
    shown = key or "PUBLIC-KEY-OF-WHOEVER-SIGNS-THE-MAIL"
    return Record("DKIM", name, "TXT", f"v=DKIM1; k=rsa; p={shown}", part=key)


def _dmarc(domain: str) -> Record:
    value = f"v=DMARC1; p=quarantine; adkim=r; aspf=r; rua=mailto:postmaster@{domain}"
    return Record("DMARC", f"_dmarc.{domain}", "TXT", value)


def _mx(domain: str) -> Record:
    server = (settings.MAIL_MX or _host()).rstrip(".").lower()
    return Record("MX", domain, "MX", f"10 {server}", part=server)


def faults(record: Record, answers: Sequence[str]) -> list[str]:
    """Return in sentences what is wrong with what DNS answers for a record; nothing where all is well.

    ``answers`` are the values of that name and type, a long text already put together.
    """
    match record.purpose:
        case "SPF":
            return _faults_of_spf(record, [text for text in answers if re.match(r"v=spf1(\s|$)", text, re.IGNORECASE)])
        case "DKIM":
            return _faults_of_dkim(record, answers)
        case "DMARC":
            return _faults_of_dmarc([text for text in answers if re.match(r"v=DMARC1\s*(;|$)", text, re.IGNORECASE)])
        case "MX":
            return _faults_of_mx(record, answers)


def _faults_of_spf(record: Record, found: Sequence[str]) -> list[str]:
    if len(found) != 1:
        return ["There is none." if not found else f"There are {len(found)}; receivers then take none of them."]
    terms = found[0].lower().split()
    said = [] if set(record.part.lower().split()) <= set(terms) else [f"It does not name {record.part}: {found[0]}"]
    if not {"-all", "~all"} & set(terms) and not any(term.startswith("redirect=") for term in terms):
        said.append(f"It does not end in -all or ~all, so anybody may send: {found[0]}")
    return said


def _faults_of_dkim(record: Record, answers: Sequence[str]) -> list[str]:
    keys = [key for text in answers if (key := _tags(text).get("p")) is not None]
    if not keys:
        return ["There is none."]
    if not any(keys):
        return ["The key is withdrawn: its p= is empty."]
    if record.part and record.part not in keys:
        return ["It holds another key than MAIL_DKIM_KEY."]
    return []


def _faults_of_dmarc(found: Sequence[str]) -> list[str]:
    if len(found) != 1:
        return ["There is none." if not found else f"There are {len(found)}; receivers then take none of them."]
    policy = _tags(found[0]).get("p", "").lower()
    if policy not in {"quarantine", "reject"}:
        return [f"Its policy is {policy or 'missing'}: forged mail in our name is let through."]
    return []


def _faults_of_mx(record: Record, answers: Sequence[str]) -> list[str]:
    servers = [text.split()[-1].rstrip(".").lower() for text in answers if text.split()]
    if not any(servers):
        return ["There is none, so nobody can answer our mail."]
    return [] if record.part in servers else [f"It names {', '.join(servers)}, not {record.part}."]


def _tags(text: str) -> dict[str, str]:
    """Return the tags of a DKIM or DMARC record, without the spaces that may stand anywhere."""
    pairs = (pair.partition("=") for pair in text.split(";"))
    return {name.strip().lower(): SPACE.sub("", value) for name, _, value in pairs if value or name.strip() == "p"}
