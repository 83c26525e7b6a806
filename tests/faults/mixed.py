"""A mixed load on the desk: clients that book, cancel, resize, substitute, accept, decline, and keep what was told."""

import random
import threading
import time
import uuid
from dataclasses import dataclass, field

from tests.faults.desks import Client
from tests.faults.patience import PATIENCE

WEIGHTS = {"book": 6, "cancel": 3, "accept": 4, "decline": 2, "substitute": 2, "resize": 1}
LOOK_FOR = {
    "cancel": ("confirmed", "waitlisted", "offered"),
    "accept": ("offered",),
    "decline": ("offered",),
    "substitute": ("confirmed",),
}


@dataclass(frozen=True)
class Told:
    """One request that was answered in the end: what was asked, for whom, between which instants, and the answer."""

    verb: str
    session: int
    booking: int
    person: int
    wanted: int
    sent: float
    got: float
    status: int
    answer: dict


@dataclass
class Load:
    """What all clients share: who there is, until when they go on, what they were told, and what failed."""

    port: int
    made: dict
    seconds: float
    told: list[Told] = field(default_factory=list)
    failed: list[tuple[float, float, int, str]] = field(default_factory=list)
    requests: int = 0
    broken: list[BaseException] = field(default_factory=list)
    is_up: threading.Event = field(default_factory=threading.Event)
    saw_a_failure: threading.Event = field(default_factory=threading.Event)
    was_served: threading.Event = field(default_factory=threading.Event)
    is_over: threading.Event = field(default_factory=threading.Event)
    did_all: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.is_up.set()
        self.by_email = {f"bidder{n}@example.org": n for n in range(len(self.made["people"]))}

    def run(self, clients: int) -> list[threading.Thread]:
        """Start the clients."""
        threads = [threading.Thread(target=self._client, args=(random.Random(n),)) for n in range(clients)]
        for thread in threads:
            thread.start()
        return threads

    def _client(self, chance: random.Random) -> None:
        client = Client(self.port)
        try:
            while not self.is_over.is_set():
                self._step(client, chance)
        except BaseException as error:
            self.broken.append(error)
        finally:
            client.connection.close()

    def _step(self, client: Client, chance: random.Random) -> None:
        """Do one thing that a person or the organiser might do."""
        verb = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        session, person = chance.choice(self.made["sessions"]), chance.randrange(len(self.made["people"]))
        token, wanted = self.made["tokens"][person], chance.randint(2, 12)
        if verb == "resize":
            path = f"sessions/{session}/"
            return self._ask(
                client, ("PATCH", path, self.made["organiser"], {"capacity": wanted}), verb, session, wanted=wanted
            )
        found = self._find(client, chance, session, verb) if verb in LOOK_FOR else None
        if found is None:
            return self._ask(client, ("POST", "bookings/", token, {"session": session}), "book", session, person=person)
        booking, path = found["id"], f"bookings/{found['id']}/{verb}/"
        owner = self.by_email[found["practitioner"]["email"]]
        if verb == "substitute":
            body = {"practitioner": {"email": f"bidder{person}@example.org"}}
            call = ("POST", path, self.made["organiser"], body)
            return self._ask(client, call, verb, session, booking=booking, person=person)
        return self._ask(
            client, ("POST", path, self.made["tokens"][owner], {}), verb, session, booking=booking, person=owner
        )

    def _find(self, client: Client, chance: random.Random, session: int, verb: str) -> dict | None:
        """Return a booking that was, a moment ago, one to which this can be done."""
        path = f"bookings/?session={session}&page_size=200&status={chance.choice(LOOK_FOR[verb])}"
        _, _, status, answer = self._until_answered(client, "GET", path, self.made["organiser"], None, "")
        assert status == 200, answer
        return chance.choice(answer["results"]) if answer["results"] else None

    def _ask(self, client, call, verb, session, *, booking=0, person=-1, wanted=0) -> None:
        """Send a request until it is answered, and keep the answer."""
        key = uuid.uuid4().hex if call[0] == "POST" else ""
        sent, got, status, answer = self._until_answered(client, *call, key)
        with self.lock:
            self.told.append(Told(verb, session, booking, person, wanted, sent, got, status, answer))
            if {one.verb for one in self.told if one.status < 300} == set(WEIGHTS):
                self.did_all.set()

    def _until_answered(self, client, method, path, token, body, key) -> tuple[float, float, int, dict]:
        """Send the same again, with the same key, while nothing or a fault of the server comes back."""
        first = time.monotonic()
        while True:
            sent = time.monotonic()
            status, answer = client.send(method, path, token, body, key=key)
            got = time.monotonic()
            with self.lock:
                self.requests += 1
            if 0 < status < 500 and answer.get("code") != "idempotency_in_progress":
                self.was_served.set()
                return first, got, status, answer
            with self.lock:
                self.failed.append((sent, got, status, answer.get("code", "")))
            if not self.is_up.is_set():
                self.saw_a_failure.set()
            assert got - first < PATIENCE, f"{method} {path} is still answered {status} {answer}"
            self.is_up.wait(1)
