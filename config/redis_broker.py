"""Redis as the broker, with one fault of kombu's worked round: a failed acknowledgement gives its place back.

kombu takes no more messages than ``prefetch_count`` before they are acknowledged, and frees a message's place after
Redis has taken the acknowledgement. When Redis is away at that moment, the place is never freed. Once all places are
held so, the channel asks for nothing, so it never notices that its connection is gone, and the worker is silent until
it is started again (kombu 5.7.0; docs/decisions/0033-a-failed-acknowledgement-gives-its-place-back.md).
"""

from typing import Any

from kombu.transport import redis, virtual


class QoS(redis.QoS):
    """What was delivered and not acknowledged; a message whose acknowledgement fails holds no place."""

    channel: Any

    def ack(self, delivery_tag: str) -> None:
        """Acknowledge a message; raises the connection's error, with the place free."""
        try:
            super().ack(delivery_tag)
        except self.channel.connection_errors:
            self._free(delivery_tag)
            raise

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:  # noqa: FBT001, FBT002 - kombu's signature
        """Refuse a message; raises the connection's error, with the place free."""
        try:
            super().reject(delivery_tag, requeue=requeue)
        except self.channel.connection_errors:
            self._free(delivery_tag)
            raise

    def _free(self, delivery_tag: str) -> None:
        """Forget a message here; Redis, if it still has it, delivers it again after the visibility timeout."""
        virtual.QoS.ack(self, delivery_tag)


class Channel(redis.Channel):
    """kombu's channel, which gives places back."""

    QoS: Any = QoS


class Transport(redis.Transport):
    """kombu's transport for Redis, which gives places back."""

    Channel: Any = Channel
