"""Names, phones and other personal details as they appear where they are not needed: ``王*``, ``138****1234``.

Masked text keeps what helps to tell two rows apart and gives away no more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

_TWO_CHARACTERS_EACH: Final = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容"
    "仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐"
    "段干百里呼延东郭南门羊舌微生公户公玉公仪梁丘公仲左丘公伯西门公祖第五公乘贯丘南荣东里东宫仲长子桑"
    "即墨达奚褚师"
)
COMPOUND_SURNAMES: Final = frozenset(
    _TWO_CHARACTERS_EACH[start : start + 2] for start in range(0, len(_TWO_CHARACTERS_EACH), 2)
)
"""Chinese surnames of two characters."""

_CODE_BEFORE = r"(?<![0-9A-Za-z_.*\-])"
_CODE_AFTER = r"(?![0-9A-Za-z_*\-])"
_MOBILE: Final = re.compile(_CODE_BEFORE + r"((?:\+?86[ -]?)?)(1[3-9]\d)([ -]?)(\d{4})([ -]?)(\d{4})" + _CODE_AFTER)
_LANDLINE: Final = re.compile(_CODE_BEFORE + r"(0\d{2,3})-(\d{3,4})(\d{4})((?:-\d{1,6})?)" + _CODE_AFTER)
_IDENTITY: Final = re.compile(
    _CODE_BEFORE + r"(\d{3})\d{3}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}([0-9Xx])" + _CODE_AFTER
)
_BANK_CARD: Final = re.compile(_CODE_BEFORE + r"(62\d{2})\d{8,11}(\d{4})" + _CODE_AFTER)
_ADDRESS: Final = re.compile(r"([A-Za-z0-9._%+\-']+)@([A-Za-z0-9.\-]+\.[A-Za-z]{2,})")
_NAME_KEYS: Final = re.compile(
    r"(?:^|_)(?:(?:customer|staff|recipient|person|owner|tenant|contact|display|full)_name|payer|borrower|claimed_by)$"
)
_PHONE_KEYS: Final = re.compile(r"(?:^|_)(?:phone|mobile|telephone|tel)$")
_SECRET_KEYS: Final = re.compile(
    r"(?:^|_)(?:password|passwd|secret|token|authorization|api_key|private_key|fernet_key)$"
)


def mask_name(name: str) -> str:
    """A person's name without the given name.

    ``王小明`` → ``王*``, ``欧阳娜娜`` → ``欧阳*``, ``John Smith`` → ``J*``; a blank stays blank. Source: pipelines 0.9.
    """
    stripped = name.strip()
    if not stripped:
        return ""
    keep = 2 if len(stripped) > 2 and stripped[:2] in COMPOUND_SURNAMES else 1
    return stripped[:keep] + "*"


def mask_phone(phone: str) -> str:
    """A telephone number without its middle: ``13812341234`` → ``138****1234``, ``010-62345678`` → ``010-****5678``.

    Of any other number the last two digits stay, if it has at least six; a shorter one is masked whole.
    """
    text = phone.strip()
    masked = _mask_phones(text)
    if masked != text or not text:
        return masked
    digits = sum(character.isdigit() for character in text)
    return "****" + text[-2:] if digits >= 6 else "****"


def mask_address(address: str) -> str:
    """An e-mail address without its person: ``wang.xm@example.com`` → ``w***@example.com``."""
    local, at, domain = address.strip().partition("@")
    return f"{local[:1]}***{at}{domain}"


def mask_text(text: str) -> str:
    """Free text in which phones, e-mail addresses, identity and bank card numbers are masked.

    Codes keep their digits: a number that touches a letter, a hyphen or an underscore is not taken for a phone. Names
    in free text cannot be told from other words and stay; do not put them there.
    """
    text = _IDENTITY.sub(r"\1***********\2", text)
    text = _BANK_CARD.sub(r"\1****\2", text)
    text = _mask_phones(text)
    return _ADDRESS.sub(lambda found: mask_address(found[0]), text)


def _mask_phones(text: str) -> str:
    return _LANDLINE.sub(r"\1-****\3\4", _MOBILE.sub(r"\1\2****\6", text))


def mask_field(key: str, value: Any) -> Any:
    """A value as a log may show it, told from its key and its form.

    Args:
        key: field name; ``customer_name``, ``phone``, ``password`` and the like are masked whole.
        value: text, number, mapping, sequence or anything printable; containers are masked within, other objects that
            are neither numbers nor None are turned into text first.

    Returns:
        The masked value; numbers, booleans and None unchanged unless the key says they are secret or a phone.
    """
    name = key.lower()
    if value is None or isinstance(value, bool):
        return value
    if _SECRET_KEYS.search(name):
        return "***"
    if _PHONE_KEYS.search(name):
        return mask_phone(str(value))
    if isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {inner: mask_field(str(inner), content) for inner, content in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [mask_field(key, content) for content in value]
    return mask_name(str(value)) if _NAME_KEYS.search(name) else mask_text(str(value))
