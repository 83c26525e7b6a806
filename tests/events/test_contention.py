"""A lock that was not had: once more, then Busy; every other fault goes its way."""

import pytest
from django.db import OperationalError

from events.contention import is_lock_failure, once_more
from events.errors import Busy


class LockNotHad(Exception):
    """What the driver of PostgreSQL says, as far as we look at it."""

    def __init__(self, sqlstate):
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def fault(sqlstate):
    error = OperationalError("no")
    error.__cause__ = LockNotHad(sqlstate)
    return error


LOCKED = OperationalError("database is locked")


def verb_that_meets(*faults):
    """A verb that fails with these, one each time it is called, and then is done."""
    left = list(faults)

    @once_more
    def verb(name, *, at):
        if left:
            raise left.pop(0)
        return name, at

    return verb


@pytest.mark.parametrize("error", [LOCKED, fault("55P03"), fault("40P01")], ids=["SQLite", "timeout", "deadlock"])
def test_lock_is_had_the_second_time_then_done(error):
    assert verb_that_meets(error)("a", at=1) == ("a", 1)


@pytest.mark.parametrize("error", [LOCKED, fault("55P03"), fault("40P01")], ids=["SQLite", "timeout", "deadlock"])
def test_lock_is_not_had_twice_then_busy_with_what_people_can_do(error):
    with pytest.raises(Busy, match=r"^The site is too busy .* please try again in a moment\.$") as caught:
        verb_that_meets(error, error)("a", at=1)
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("before", [[], [LOCKED]], ids=["first", "second"])
def test_other_fault_of_the_database_then_it_is_raised_as_it_is(before):
    error = fault("57014")
    with pytest.raises(OperationalError) as caught:
        verb_that_meets(*before, error)("a", at=1)
    assert caught.value is error


def test_lock_failures_are_told_from_other_faults():
    assert [is_lock_failure(error) for error in (LOCKED, fault("55P03"), fault("08006"), OperationalError("x"))] == [
        True,
        True,
        False,
        False,
    ]
