"""A queue in a folder: what is in it is whole, and what cannot be read is kept aside and stops nobody."""

import json
from queue import Empty

import pytest
from kombu import Connection, Exchange, Queue
from kombu.exceptions import ChannelError

from config import folder_broker

QUEUE = Queue("crowd", Exchange("crowd"), routing_key="crowd")


@pytest.fixture
def channel(tmp_path):
    folder_broker.Transport.global_state.clear()  # kombu keeps in the process which queues were declared
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    options = {"data_folder_in": tmp_path / "queue", "data_folder_out": tmp_path / "queue"}
    options |= {"control_folder": tmp_path / "control", "unreadable_folder": tmp_path / "unreadable"}
    with Connection("filesystem://", transport="config.folder_broker:Transport", transport_options=options) as opened:
        yield opened.default_channel


def send(channel, *bodies):
    producer = channel.connection.client.Producer(channel)
    for body in bodies:
        producer.publish(body, exchange=QUEUE.exchange, routing_key="crowd", declare=[QUEUE])


def taken(channel):
    found = []
    while message := channel.basic_get("crowd"):
        found.append(message.decode())
        message.ack()
    return found


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_messages_when_sent_then_taken_in_their_order_and_gone(channel, tmp_path):
    send(channel, "first", "second", "third")
    assert channel._size("crowd") == 3
    assert taken(channel) == ["first", "second", "third"]
    assert names(tmp_path / "queue") == []


@pytest.mark.parametrize(
    "content",
    [b"", b'{"body": "aGFs', b"\xff\xfe", b"[]", b"7", b"{}", b'{"properties": {}}', b'{"properties": null}'],
)
def test_file_when_it_is_no_message_then_set_aside_said_and_the_next_is_taken(channel, tmp_path, caplog, content):
    name = "00000000000000000001_half.crowd.msg"  # older than any other
    (tmp_path / "queue" / name).write_bytes(content)
    send(channel, "whole")
    assert taken(channel) == ["whole"]
    assert (tmp_path / "unreadable" / name).read_bytes() == content
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert name in caplog.text


def test_message_when_another_reader_was_quicker_then_left_to_it(channel, tmp_path, monkeypatch):
    send(channel, "theirs", "ours")
    first = names(tmp_path / "queue")[0]
    read = folder_broker.Channel._read

    def read_slowly(self, path):
        payload = read(self, path)
        if path.name == first:
            path.unlink()
        return payload

    monkeypatch.setattr(folder_broker.Channel, "_read", read_slowly)
    assert taken(channel) == ["ours"]


def test_message_of_another_queue_or_half_written_when_looked_for_then_left(channel, tmp_path):
    for name in ("1_a.other.msg", "1_b.part"):
        (tmp_path / "queue" / name).write_text("{}")
    with pytest.raises(Empty):
        channel._get("crowd")
    assert names(tmp_path / "queue") == ["1_a.other.msg", "1_b.part"]


def test_message_when_it_cannot_be_written_then_refused(channel, tmp_path):
    send(channel, "before")
    assert taken(channel) == ["before"]
    (tmp_path / "queue").rmdir()
    with pytest.raises(ChannelError, match="Cannot add a message"):
        send(channel, "lost")


def test_half_a_file_when_the_disk_is_full_then_taken_away(tmp_path):
    with pytest.raises(IsADirectoryError):
        folder_broker.write_whole(tmp_path, "text", aside=tmp_path.parent / "one.part")
    assert not (tmp_path.parent / "one.part").exists()


def test_table_of_queues_when_it_cannot_be_read_then_set_aside_and_written_again(channel, tmp_path, caplog):
    (tmp_path / "control" / "crowd.exchange").write_text("")
    send(channel, "whole")
    assert taken(channel) == ["whole"]
    assert json.loads((tmp_path / "control" / "crowd.exchange").read_text()) == [["crowd", "", "crowd"]]
    assert names(tmp_path / "unreadable") == ["crowd.exchange"]
    assert "crowd.exchange" in caplog.text


def test_table_of_queues_when_queues_come_and_go_then_holds_those_that_are_there(channel, tmp_path):
    other = Queue("other", Exchange("crowd"), routing_key="other")
    for queue in (QUEUE, other, QUEUE):
        queue(channel).declare()
    assert {queue for *_, queue in channel.get_table("crowd")} == {"crowd", "other"}
    other(channel).delete()
    assert {queue for *_, queue in channel.get_table("crowd")} == {"crowd"}
