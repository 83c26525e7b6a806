"""We listen to what happens to bookings."""


def connect() -> None:
    """Connect each receiver once."""
