"""Mail addresses: which forms can be written into an envelope without surprise."""

from __future__ import annotations

import re
from typing import Final

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_LONGEST_LOCAL: Final = 64
_LONGEST: Final = 254


def normalised_address(text: str) -> str | None:
    """The address as it is written into an envelope, or None if it is none.

    Spaces around it go, the domain becomes lower case (and ``xn--`` where it is Chinese); the part before the @ stays
    as it is. Quoted local parts, address literals and non-ASCII local parts are not taken: hardly any server does.

    Args:
        text: one address, without a display name.

    Returns:
        The address in ASCII, at most 254 characters, or None. Source: RFC 5321, 4.1.2 and 4.5.3.1.
    """
    local, at, domain = text.strip().rpartition("@")
    if not at or len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        return None
    try:
        plain = domain.lower() if domain.isascii() else domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    address = f"{local}@{plain}"
    return address if _DOMAIN.fullmatch(plain) and len(address) <= _LONGEST else None
