"""Rules of reminders for tests that try many."""

from hypothesis import strategies as st


def rules(side):
    """Return lists of rules that count before a start or after an end, each length of time once."""
    return st.lists(
        st.builds(
            lambda count, unit, clock: f"{count} {unit}s {side}" + ("" if unit == "hour" else f" at {clock:%H:%M}"),
            st.integers(1, 30),
            st.sampled_from(["day", "working day", "hour"]),
            st.times(),
        ),
        max_size=8,
        unique_by=lambda text: tuple(text.split()[:2]),
    )
