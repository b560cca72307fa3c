"""What requests and responses by Catena-X share: their header, and how a message is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from lingtan import files
from lingtan.numbers import plain
from lingtan.sources import catena_x_form as form

FOLDER = "catena_x"


def header(kind: str, sender: str | None, receiver: str | None) -> dict[str, str | None]:
    """Of a message of `form.REQUEST` or `form.RESPONSE` that is sent now."""
    return {
        "senderBpn": sender,
        "context": form.CONTEXT.format(kind=kind),
        "messageId": str(uuid4()),
        "receiverBpn": receiver,
        "sentDateTime": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": form.VERSION,
    }


def period(year: int) -> tuple[str, str]:
    """First and last moment of a calendar year, as the form writes them."""
    return f"{year}-01-01T00:00:00Z", f"{year}-12-31T23:59:59Z"


def write(message: Mapping[str, Any], file: Path) -> Path:
    """Replace the file in one step; numbers keep every digit."""
    files.replace_bytes(encoded(message), file)
    return file


def encoded(message: Mapping[str, Any]) -> bytes:
    """The message as JSON; a decimal is a number with all its digits."""
    import msgspec

    content = msgspec.json.Encoder(decimal_format="number").encode(_plain(message))
    return msgspec.json.format(content, indent=1) + b"\n"


def _plain(value: Any) -> Any:
    """Without trailing zeros: 0.450000000000 and 0.45 are one number."""
    if isinstance(value, Decimal):
        return Decimal(plain(value))
    if isinstance(value, Mapping):
        return {key: _plain(below) for key, below in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, list) else value
