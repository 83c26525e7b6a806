"""What every test starts from."""

import pytest


@pytest.fixture(autouse=True)
def _no_leftovers(settings, tmp_path):
    """Mail of one test is not seen by the next."""
    settings.INBOX_FOLDER = tmp_path / "mail"
