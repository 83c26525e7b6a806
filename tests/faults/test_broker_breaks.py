"""Redis away at the worst moment, when every process of the worker is busy: work goes on once it is back.

``python -m tests.faults.broker_breaks`` tries more kinds of breaks, more often and under load.
"""

import pytest

from tests import services
from tests.faults import mailings
from tests.faults.mailings import wait_until

pytestmark = pytest.mark.faults

CHILDREN = 2
ROUNDS = services.size(1, night=10)
START = 60  # seconds a worker may take to start on a busy machine
NOTICED = 20  # seconds from a task being let go to its acknowledgement having failed
TAKEN = 60  # seconds from Redis being back to a task being done; the pauses between two looks are 5 seconds at most
FAILED_ACK = "Couldn't ack"


@pytest.fixture
def mailing(tmp_path):
    """A Redis; the workers keep their heartbeat in an SQLite file that nobody has prepared, which they log."""
    with mailings.mailing(tmp_path, f"sqlite:///{tmp_path / 'site.sqlite3'}", sink_port=1) as made:
        yield made


def send_and_wait(mailing, name):
    done = mailing.folder / name
    mailing.send("note", str(done))
    return wait_until(done.exists, f"{name} is done\n{mailing.logs()}", seconds=TAKEN)


def break_while_all_are_busy(mailing, nth, *, failures):
    """Let every process of the worker end a task while Redis is away, and wait for so many failed acknowledgements."""
    begun = [mailing.folder / f"begun-{nth}-{child}" for child in range(CHILDREN)]
    until, failed = mailing.folder / f"until-{nth}", mailing.count_said(FAILED_ACK)
    for path in begun:
        mailing.send("hold", str(path), str(until))
    wait_until(lambda: all(path.exists() for path in begun), "all are busy", seconds=TAKEN)
    mailing.redis.kill()
    until.touch()
    wait_until(lambda: mailing.count_said(FAILED_ACK) >= failed + failures, mailing.logs(), seconds=NOTICED)
    mailing.redis.start()


def start_worker(mailing, **environment):
    worker = mailing.worker(children=CHILDREN, app="tests.faults.held", **environment)
    done = mailing.folder / "started"
    mailing.send("note", str(done))
    wait_until(done.exists, f"the worker starts\n{mailing.logs()}", seconds=START)
    return worker


def test_redis_killed_when_all_processes_are_busy_then_work_goes_on_each_time(mailing):
    worker = start_worker(mailing)
    took = []
    for nth in range(ROUNDS):
        break_while_all_are_busy(mailing, nth, failures=1)  # then the connection is lost, and no more is tried
        took.append(send_and_wait(mailing, f"done-{nth}"))
    assert len(took) == ROUNDS
    assert worker.poll() is None  # it was this worker that went on, and not a next one


def test_worker_when_it_takes_nothing_while_a_task_waits_then_ends_with_1_and_a_next_one_works_on(mailing):
    """The control of the test above: without the place that is given back, the worker falls silent."""
    worker = start_worker(mailing, WITHOUT="place", WORKER_SILENT_SECONDS="2")
    break_while_all_are_busy(mailing, 0, failures=CHILDREN)
    done = mailing.folder / "done"
    mailing.send("note", str(done))
    assert worker.wait(timeout=TAKEN) == 1
    assert mailing.count_said("Tasks wait and this worker has taken none for 2.0 seconds.") == 1
    assert not done.exists()
    mailing.worker(children=CHILDREN, app="tests.faults.held")  # as whoever started it does
    wait_until(done.exists, mailing.logs(), seconds=START)


def test_worker_when_its_loop_hangs_while_a_task_waits_then_ends_with_1_and_takes_its_processes_with_it(mailing):
    worker = start_worker(mailing, WITHOUT="loop", WORKER_SILENT_SECONDS="2")
    mailing.send("hold", "", "")
    mailing.send("note", "")
    assert worker.wait(timeout=TAKEN) == 1
    wait_until(lambda: not mailing.living(), "its processes end", seconds=TAKEN)
