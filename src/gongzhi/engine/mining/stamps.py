"""Reading the many ways in which logs write a time. What could be read in two ways is not guessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from gongzhi.engine.mining.events import Troubles

#: tried after ISO 8601; 3/4/2024 is not among them: it is March or April, so the reader must be told
FORMATS = (
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y-%m-%d %H:%M", "%Y.%m.%d %H:%M:%S", "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日", "%Y/%m/%d %H:%M:%S.%f",
)  # fmt: skip
#: whole seconds or milliseconds since 1970, between 1990 and 2100
SHANGHAI = ZoneInfo("Asia/Shanghai")
_SECONDS = range(631_152_000, 4_102_444_800)


@dataclass(slots=True)
class Stamps:
    """Reads the times of one log; tells when some say their zone and others do not."""

    troubles: Troubles
    #: for times without a zone
    zone: tzinfo = SHANGHAI
    #: strptime format, where the file's way is known
    format: str = ""
    #: after this an event lies in the future; aware
    now: datetime | None = None
    aware: int = 0
    naive: int = 0

    def read(self, text: str, line: int) -> datetime | None:
        """The instant in UTC; None (and a trouble) where there is none."""
        text = text.strip()
        if not text:
            self.troubles.add("no_time", line)
            return None
        found = self._parse(text)
        if found is None:
            self.troubles.add("bad_time", line, text)
            return None
        if found.tzinfo is None:
            self.naive += 1
            found = found.replace(tzinfo=self.zone)
        else:
            self.aware += 1
        try:
            found = found.astimezone(UTC)
        except OverflowError:
            self.troubles.add("bad_time", line, text)
            return None
        if self.now is not None and found > self.now:
            self.troubles.add("future", line, text)
        return found

    def finish(self) -> None:
        """After the last event."""
        if self.aware and self.naive:
            self.troubles.add("mixed_zones", n=min(self.aware, self.naive))

    def _parse(self, text: str) -> datetime | None:
        if self.format:
            return _strptime(text, self.format)
        if text.isascii() and text.isdigit() and len(text) in (10, 13):
            seconds = int(text) / (1000 if len(text) == 13 else 1)
            return datetime.fromtimestamp(seconds, UTC) if int(seconds) in _SECONDS else None
        if not (text.isascii() and text.isdigit()):
            try:
                return datetime.fromisoformat(text)
            except ValueError:
                pass
        for each in FORMATS:
            if found := _strptime(text, each):
                return found
        return None


def _strptime(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - the zone comes after
    except ValueError:
        return None


__all__ = ["FORMATS", "Stamps"]
