"""What the columns of attendance reports are called, in the languages and layouts that were met.

The headings are those of the downloads that Microsoft (Teams, "Manage the attendance report for meetings and
events") and Zoom ("Meeting and webinar history report") describe, and of reports that people published.
"""

import unicodedata
from typing import Final

# Compared without case, accents, signs and spaces.
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "name": (
        "Name", "Full Name", "Display Name", "Participant", "Name (Original Name)", "User Name", "Attendee",
        "User Name (Original Name)",
        "Vollständiger Name", "Teilnehmer", "Name (Originalname)", "Nom", "Nom complet", "Nom (nom d'origine)",
        "Nombre", "Nombre completo", "Nombre (nombre original)", "Nome", "Nome completo", "Nome e cognome",
        "Naam", "Volledige naam", "Imię i nazwisko", "Nazwa", "Enw", "Enw llawn",
    ),
    "given": ("First Name", "Vorname", "Prénom", "Nombre de pila", "Voornaam", "Imię", "Enw cyntaf"),
    "family": ("Last Name", "Surname", "Nachname", "Nom de famille", "Apellidos", "Cognome", "Achternaam", "Cyfenw"),
    "email": (
        "Email", "E-mail", "Email Address", "User Email", "E-Mail-Adresse", "Benutzer-E-Mail", "Adresse e-mail",
        "E-mail de l'utilisateur", "Courriel", "Correo electrónico", "Correo electrónico del usuario",
        "Indirizzo e-mail", "Posta elettronica", "E-mailadres", "Adres e-mail", "E-bost",
    ),
    "upn": (
        "Participant ID (UPN)", "Participant ID", "Teilnehmer-ID (UPN)", "ID du participant (UPN)",
        "Id. de participante (UPN)", "ID partecipante (UPN)", "Deelnemer-id (UPN)", "Identyfikator uczestnika (UPN)",
    ),
    "join": (
        "Join Time", "First Join", "First Join Time", "Joined", "Beitrittszeit", "Beitreten", "Erster Beitritt",
        "Heure d'arrivée", "Première participation", "Premier accès", "Hora de unión", "Hora de ingreso",
        "Primera unión", "Ora di accesso", "Primo accesso", "Deelnametijd", "Eerste deelname",
        "Godzina dołączenia", "Pierwsze dołączenie", "Amser ymuno",
    ),
    "leave": (
        "Leave Time", "Last Leave", "Last Leave Time", "Left", "Austrittszeit", "Verlassen", "Letztes Verlassen",
        "Zeitpunkt des Verlassens", "Heure de départ", "Dernier départ", "Dernière sortie", "Hora de salida",
        "Última salida", "Ora di uscita", "Ultima uscita", "Vertrektijd", "Laatst verlaten",
        "Godzina opuszczenia", "Ostatnie opuszczenie", "Amser gadael",
    ),
    "duration": (
        "Duration", "In-Meeting Duration", "Duration (Minutes)", "Total Duration (Minutes)", "Time in Session",
        "Time in Session (Minutes)",
        "Dauer", "Dauer der Besprechung", "Dauer in der Besprechung", "Besprechungsdauer", "Dauer (Minuten)",
        "Gesamtdauer (Minuten)", "Durée", "Durée de la réunion", "Durée (minutes)", "Duración",
        "Duración de la reunión", "Duración (minutos)", "Durata", "Durata riunione", "Durata (minuti)", "Duur",
        "Duur van de vergadering", "Duur (minuten)", "Czas trwania", "Czas trwania (minuty)", "Hyd",
    ),
    "action": ("User Action", "Benutzeraktion", "Action de l'utilisateur", "Acción del usuario", "Azione utente"),
    "stamp": ("Timestamp", "Zeitstempel", "Horodatage", "Marca de tiempo", "Data e ora"),
    "role": ("Role", "Rolle", "Rôle", "Rol", "Ruolo", "Rola", "Rôl"),
}  # fmt: skip
JOINED: Final = ("joined", "beigetreten", "participe", "unio", "accesso", "teilgenommen")
# A row of these stands for one stay; the others sum up all of a person's stays in one row.
SINGLE_STAYS: Final = frozenset(
    {
        *("jointime", "joined", "beitrittszeit", "beitreten", "heuredarrivee", "horadeunion", "horadeingreso"),
        *("oradiaccesso", "deelnametijd", "godzinadolaczenia", "amserymuno"),
    }
)


def plain(text: str) -> str:
    """Return a heading as it is compared: lower case, letters and digits only, without accents."""
    letters = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("Ł", "L")).casefold()
    return "".join(sign for sign in letters if sign.isalnum() and sign.isascii())


KNOWN: Final = {plain(name): column for column, names in NAMES.items() for name in names}


def columns_of(cells: list[str]) -> dict[str, int]:
    """Return by column where it stands in a row of headings; empty for a row that is none.

    A list of people has a name or an address, and says when they were there or for how long.
    """
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        if (column := KNOWN.get(plain(cell))) is not None:
            found.setdefault(column, place)
    names_people = "name" in found or "upn" in found or found.keys() >= {"given", "family"}
    says_when = bool(found.keys() & {"join", "duration"}) or found.keys() >= {"action", "stamp"}
    return found if names_people and says_when else {}


def has_single_stays(cells: list[str]) -> bool:
    """Say whether the rows below these headings are single stays, so that who rejoins has several."""
    return any(plain(cell) in SINGLE_STAYS for cell in cells)
