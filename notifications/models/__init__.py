"""What people are to be sent, what they switched off, and how the outbox and the processes that send it are."""

from notifications.models.address import ProviderEvent, Undeliverable
from notifications.models.bulk import BulkMessage
from notifications.models.choice import SwitchedOff
from notifications.models.heartbeat import Heartbeat
from notifications.models.inbound import InboundReply
from notifications.models.message import Message
from notifications.models.pace import DomainPace
from notifications.models.state import OutboxState
from notifications.models.text import MailText

__all__ = [
    "BulkMessage",
    "DomainPace",
    "Heartbeat",
    "InboundReply",
    "MailText",
    "Message",
    "OutboxState",
    "ProviderEvent",
    "SwitchedOff",
    "Undeliverable",
]
