"""Log lines: as JSON, one object a line, and without the addresses that open somebody's calendar or session."""

import json
import logging
import re
from datetime import UTC, datetime


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON; times in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's time, level, logger and message, and its traceback where there is one."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


class WithoutTokens(logging.Filter):
    """Takes private tokens out of the addresses that a line names."""

    TOKEN = re.compile(r"(/calendar/me/|/join/)[^/.\s\"']+")

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, with its tokens replaced by three dots."""
        line = record.getMessage()
        if self.TOKEN.search(line):
            record.msg, record.args = self.TOKEN.sub(r"\1...", line), None
        return True
