"""Each bad or missing variable is refused, and named."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

BAD = [
    (env.text, "NAME", None, "NAME is not set"),
    (env.flag, "DEBUG", "perhaps", "DEBUG is 'perhaps'"),
    (env.whole_number, "WEB_WORKERS", "two", "WEB_WORKERS is 'two'"),
    (env.whole_number, "WEB_WORKERS", "-1", "WEB_WORKERS is '-1'"),
    (env.seconds, "OUTBOX_SWEEP_SECONDS", "0", "OUTBOX_SWEEP_SECONDS is '0'"),
    (env.seconds, "OUTBOX_SWEEP_SECONDS", "inf", "OUTBOX_SWEEP_SECONDS is 'inf'"),
    (env.seconds, "OUTBOX_SWEEP_SECONDS", "nan", "OUTBOX_SWEEP_SECONDS is 'nan'"),
    (env.seconds, "OUTBOX_SWEEP_SECONDS", "soon", "OUTBOX_SWEEP_SECONDS is 'soon'"),
    (env.web_address, "SITE_URL", "weeks.example.org", "SITE_URL is 'weeks.example.org'"),
    (env.web_address, "SITE_URL", "ftp://weeks.example.org", "SITE_URL is 'ftp:"),
    (env.web_address, "SITE_URL", "https://", "SITE_URL is 'https:"),
    (env.sender, "DEFAULT_FROM_EMAIL", "One, Two <a@example.org>", "must be one address. Put a name with a comma"),
    (env.sender, "DEFAULT_FROM_EMAIL", "Practice Weeks", "must be one address"),
    (env.redis_address, "REDIS_URL", "localhost:6379", "REDIS_URL is not a Redis address"),
    (env.database, "DATABASE_URL", "mysql://localhost/weeks", "DATABASE_URL must begin with"),
    (env.database, "DATABASE_URL", "weeks", "DATABASE_URL"),
    (env.database, "DATABASE_URL", "postgres://localhost:port/weeks", "DATABASE_URL"),
    (env.mail, "EMAIL_URL", "pigeon://localhost", "EMAIL_URL must be"),
    (env.mail, "EMAIL_URL", "smtp://", "EMAIL_URL must be"),
    (env.mail, "EMAIL_URL", "smtp://localhost:port", "EMAIL_URL"),
    (env.mailbox, "REPLY_MAILBOX_URL", "pop3://a:b@localhost", "REPLY_MAILBOX_URL must be"),
    (env.mailbox, "REPLY_MAILBOX_URL", "replies", "REPLY_MAILBOX_URL must be"),
    (env.mailbox, "REPLY_MAILBOX_URL", "imaps://localhost", "REPLY_MAILBOX_URL must be"),
]


@pytest.mark.parametrize(("read", "name", "value", "words"), BAD)
def test_variable_when_bad_then_error_names_it(monkeypatch, read, name, value, words):
    monkeypatch.delenv(name, raising=False)
    if value is not None:
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=words):
        read(name)


def test_choice_when_not_one_of_the_words_then_error_lists_them(monkeypatch):
    monkeypatch.setenv("LOG_FORMAT", "xml")
    with pytest.raises(ImproperlyConfigured, match="LOG_FORMAT is 'xml', but must be one of text, json"):
        env.choice("LOG_FORMAT", ("text", "json"))


def test_error_when_an_address_holds_a_password_then_does_not_repeat_it(monkeypatch):
    for name, read in (("DATABASE_URL", env.database), ("EMAIL_URL", env.mail), ("REDIS_URL", env.redis_address)):
        monkeypatch.setenv(name, "pigeon://weeks:a-password@localhost/0")
        with pytest.raises(ImproperlyConfigured) as refused:
            read(name)
        assert "a-password" not in str(refused.value)


@pytest.mark.parametrize(("written", "meant"), [("1", True), ("TRUE", True), ("on", True), ("no", False), ("0", False)])
def test_flag_when_written_in_any_usual_way_then_understood(monkeypatch, written, meant):
    monkeypatch.setenv("DEBUG", written)
    assert env.flag("DEBUG") is meant


def test_variable_when_empty_then_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("REPLY_DOMAIN", "")
    assert env.text("REPLY_DOMAIN", "weeks.example.org") == "weeks.example.org"


def test_words_when_separated_by_commas_then_stripped(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "weeks.example.org, , localhost")
    assert env.words("ALLOWED_HOSTS") == ["weeks.example.org", "localhost"]


def test_web_address_when_it_ends_in_a_slash_then_loses_it(monkeypatch):
    monkeypatch.setenv("SITE_URL", "https://weeks.example.org/")
    assert env.web_address("SITE_URL") == "https://weeks.example.org"


def test_sqlite_when_configured_then_takes_its_write_lock_at_the_start_of_a_transaction(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite:////tmp/a folder/weeks.sqlite3")
    read = env.database("DATABASE_URL")
    assert read["NAME"] == "/tmp/a folder/weeks.sqlite3"
    assert read["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in read["OPTIONS"]["init_command"]


def test_pool_when_on_sqlite_then_changes_nothing(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite:///weeks.sqlite3")
    read = env.database("DATABASE_URL")
    before = dict(read)
    env.add_pool(read)
    assert read == before


def test_pool_when_on_postgres_then_shared_and_not_persistent(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://weeks@localhost/weeks")
    read = env.database("DATABASE_URL")
    assert (read["CONN_MAX_AGE"], read["CONN_HEALTH_CHECKS"]) == (60, True)
    env.add_pool(read)
    assert (read["CONN_MAX_AGE"], read["CONN_HEALTH_CHECKS"]) == (0, False)
    assert (read["ENGINE"], read["OPTIONS"]["pool"]["max_size"]) == ("config.postgresql", 8)


def test_database_when_its_address_has_options_then_they_are_kept_beside_ours(monkeypatch):
    address = "postgres://weeks@localhost/weeks?sslmode=require&connect_timeout=9&options=-c%20work_mem%3D5MB"
    monkeypatch.setenv("DATABASE_URL", address)
    read = env.database("DATABASE_URL")["OPTIONS"]
    assert (read["sslmode"], read["connect_timeout"]) == ("require", 9)
    assert read["options"] == f"{env.POSTGRES_OPTIONS} -c work_mem=5MB"


@pytest.mark.parametrize(
    ("address", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.org", 25, False, False),
        ("smtp+tls://weeks:pass%40word@mail.example.org", 587, True, False),
        ("smtp+ssl://mail.example.org:4650", 4650, False, True),
    ],
)
def test_mail_when_a_server_is_named_then_port_and_encryption_follow(monkeypatch, address, port, tls, ssl):
    monkeypatch.setenv("EMAIL_URL", address)
    read = env.mail("EMAIL_URL")
    assert (read["EMAIL_PORT"], read["EMAIL_USE_TLS"], read["EMAIL_USE_SSL"]) == (port, tls, ssl)
    assert read["LOCAL_INBOX"] is False
    assert read["EMAIL_HOST_PASSWORD"] == ("pass@word" if "%40" in address else "")


def test_file_when_it_names_what_is_set_already_then_the_environment_wins(monkeypatch, tmp_path):
    file = tmp_path / ".env"
    file.write_text("REPLY_DOMAIN=file.example.org\nDEFAULT_FROM_EMAIL=file@example.org\n")
    monkeypatch.setenv("REPLY_DOMAIN", "set.example.org")
    monkeypatch.setenv("DEFAULT_FROM_EMAIL", "")
    monkeypatch.delenv("DEFAULT_FROM_EMAIL")
    env.read_file(file)
    assert (env.text("REPLY_DOMAIN"), env.text("DEFAULT_FROM_EMAIL")) == ("set.example.org", "file@example.org")
    monkeypatch.delenv("DEFAULT_FROM_EMAIL")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", None),
        ("imaps://re%40x:p%2Fw@mail.example.org", ("mail.example.org", 993, "re@x", "p/w", "INBOX", "tls")),
        (
            "imap+tls://re:pw@mail.example.org:1143/Re%20plies",
            ("mail.example.org", 1143, "re", "pw", "Re plies", "starttls"),
        ),
        ("imap://re@mail.example.org/", ("mail.example.org", 143, "re", "", "INBOX", "none")),
    ],
)
def test_mailbox_then_where_and_how_to_read_it(monkeypatch, value, expected):
    monkeypatch.setenv("REPLY_MAILBOX_URL", value)
    found = env.mailbox("REPLY_MAILBOX_URL")
    names = ("host", "port", "user", "password", "folder", "security")
    assert found == (dict(zip(names, expected, strict=True)) if expected else None)
