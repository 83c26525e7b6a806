"""Many processes on one folder queue: every message is taken once and whole; kombu's own queue is the control."""

import sys

import pytest

from tests.faults.queuers import MESSAGES, crowd

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the queue locks with flock"),
]
WRITERS = READERS = 3


def test_folder_queue_when_many_write_and_read_then_every_message_is_taken_once_and_whole(tmp_path):
    sent, taken = crowd("config.folder_broker:Transport", tmp_path, writers=WRITERS, readers=READERS)
    assert sorted(sent) == sorted(f"{w}-{n}" for w in range(WRITERS) for n in range(MESSAGES))
    assert sorted(taken) == sorted(sent)
    assert list((tmp_path / "queue").iterdir()) == []
    assert not (tmp_path / "unreadable").exists()


def test_folder_queue_of_kombu_when_many_write_and_read_then_halves_are_taken(tmp_path):
    sent, taken = crowd("filesystem", tmp_path, writers=WRITERS, readers=READERS)
    assert [line for line in [*sent, *taken] if line.startswith("JSONDecodeError")]
