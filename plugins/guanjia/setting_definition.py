"""What a business setting is: its name, meaning in both languages, bounds and default, and how its value is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from guanjia.domain.errors import SettingsError

SettingKind = Literal["text", "boolean", "integer", "decimal", "date", "words"]


@dataclass(frozen=True)
class BusinessSetting:
    """One setting of the ``settings`` dataset.

    Attributes:
        name: its name in the dataset.
        kind: how its value is read.
        default: value when no row says otherwise, as text; None: there is none.
        meaning: what it decides, in English.
        meaning_zh: the same in Chinese.
        unit: unit of the value, if it has one.
        minimum: smallest value allowed, inclusive.
        maximum: largest value allowed, inclusive.
        words: values allowed, for a text, for each word of a list, or before the sign of each pair.
        of: what a list is made of: words, whole numbers within the bounds, or pairs such as ``painting=3`` whose number
            is within the bounds; a pair left out keeps its default.
        per_community: may differ by community.
    """

    name: str
    kind: SettingKind
    default: str | None
    meaning: str
    meaning_zh: str
    unit: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    words: tuple[str, ...] = ()
    of: Literal["words", "numbers", "pairs"] = "words"
    per_community: bool = False

    def parse(self, text: str) -> str | bool | int | Decimal | date | tuple[str, ...]:
        """Read a value.

        Raises:
            SettingsError: the text is not a value of this setting; says what is expected.
        """
        value = text.strip()
        try:
            if self.kind == "boolean":
                return _BOOLEANS[value.casefold()]
            if self.kind == "date":
                return date.fromisoformat(value.replace("/", "-"))
            if self.kind in ("integer", "decimal"):
                number = int(value) if self.kind == "integer" else Decimal(value)
                if (
                    not Decimal(number).is_finite()
                    or (self.minimum is not None and number < self.minimum)
                    or (self.maximum is not None and number > self.maximum)
                ):
                    raise self._refused(text)
                return number
        except (KeyError, ValueError, InvalidOperation) as error:
            raise self._refused(text) from error
        listed = tuple(word.strip() for word in value.replace("，", ",").split(",") if word.strip())
        if self.of != "words":
            return self._listed_numbers(text, listed)
        if self.words and any(word not in self.words for word in (listed if self.kind == "words" else (value,))):
            raise self._refused(text)
        return listed if self.kind == "words" else value

    def _listed_numbers(self, text: str, listed: tuple[str, ...]) -> tuple[str, ...]:
        """A list of numbers as it is; a list of pairs completed by the default's."""
        numbers: dict[str, str] = {}
        for word in listed:
            name, sign, number = (part.strip() for part in word.replace("＝", "=").rpartition("="))
            is_pair = self.of == "pairs"
            if bool(sign) != is_pair or (is_pair and name not in self.words) or (name or number) in numbers:
                raise self._refused(text)
            is_number = number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER
            if not is_number or not (self.minimum or 0) <= int(number) <= (self.maximum or int(number)):
                raise self._refused(text)
            numbers[name if is_pair else number] = str(int(number))
        if self.of == "numbers":
            return tuple(numbers.values())
        known = dict(pair.split("=") for pair in (self.default or "").split(",") if pair)
        return tuple(f"{name}={number}" for name, number in (known | numbers).items())

    def _refused(self, text: str) -> SettingsError:
        bounds = ""
        if self.minimum is not None or self.maximum is not None:
            low, high = ("…" if bound is None else bound for bound in (self.minimum, self.maximum))
            bounds = f" from {low} to {high}"
        if self.words:
            bounds = f" out of {', '.join(self.words)}"
        expected = _KIND_WORDS[self.kind] if self.of == "words" else _LIST_WORDS[self.of]
        return SettingsError(f"Setting {self.name} is '{text}'; expected {expected}{bounds}.")


_BOOLEANS = dict.fromkeys(("yes", "y", "true", "1", "是", "√", "有"), True) | dict.fromkeys(
    ("no", "n", "false", "0", "否", "×", "无"), False
)
_KIND_WORDS: Mapping[SettingKind, str] = {
    "text": "a text",
    "boolean": "yes or no",
    "integer": "a whole number",
    "decimal": "a number",
    "date": "a date such as 2026-09-01",
    "words": "a list separated by commas",
}
_LIST_WORDS: Mapping[str, str] = {
    "numbers": "whole numbers separated by commas, such as 30,7,",
    "pairs": "names with whole numbers separated by commas, such as painting=3,tiling=1,",
}
_LONGEST_NUMBER = 9
