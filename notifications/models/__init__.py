"""What people are to be sent, and how the processes that send it are."""

from notifications.models.heartbeat import Heartbeat
from notifications.models.message import Message

__all__ = ["Heartbeat", "Message"]
