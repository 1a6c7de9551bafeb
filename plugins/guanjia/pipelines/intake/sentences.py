"""What people are told about a fault, a refused file or an ignored sheet, in their language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from guanjia.domain.cells import Fault
from guanjia.gateways.spreadsheets import Unreadable
from guanjia.i18n import N_, Translator, gettext_for
from guanjia.pipelines.intake.contract import Dataset, incoming, words_of
from guanjia.store.tables import datasets

FAULTS: Final[Mapping[str, str]] = {
    "missing": N_("{column} is required and blank."),
    "needed_beside": N_("{column} is required where {other} is given."),
    "one_amount": N_("Exactly one of amount_month and amount_once is given."),
    "not_a_number": N_("{column} is not a number."),
    "digits_lost": N_("{column} has lost digits in scientific form. Format the cell as text and enter it again."),
    "not_whole": N_("{column} is not a whole number."),
    "not_a_date": N_("{column} is not a date. Write 2026-11-20."),
    "not_an_instant": N_("{column} is not a date and time. Write 2026-11-20 08:30."),
    "not_a_time_of_day": N_("{column} is not a time of day. Write 08:30."),
    "not_yes_or_no": N_("{column} is neither yes nor no."),
    "not_among": N_("{column} is none of: {words}."),
    "not_a_time_zone": N_("{column} is no time zone. Write Asia/Shanghai."),
    "not_one_address": N_("{column} is not one mail address."),
    "not_a_phone": N_("{column} is not a telephone number."),
    "not_a_scope": N_("{column} is not a community code, region:NAME or company."),
    "became_a_date": N_("{column} became a date in the spreadsheet. Format the cell as text and enter the code again."),
    "too_long": N_("{column} is longer than {longest} characters."),
    "control_character": N_("{column} holds control characters."),
    "error_value": N_("{column} holds an error of the spreadsheet."),
    "too_many_decimals": N_("{column} has {found} decimal places, at most {places} are allowed."),
    "too_large": N_("{column} is larger than any value can be."),
    "below": N_("{column} is below {bound}."),
    "not_above": N_("{column} must be above {bound}."),
    "above": N_("{column} is above {bound}."),
    "is_a_scope": N_("{column} must not be 'company' or begin with 'region:': these are scopes of reports."),
    "zero": N_("{column} must not be zero."),
    "unknown": N_("{column} is not known in {register}. The row is taken in once it is."),
    "conflict": N_("The same key stands in row {rows} with other content. Delete the wrong ones."),
    "overlaps": N_("The hours overlap those of row {rows}."),
    "before_other": N_("{column} is before {other}."),
    "not_after_other": N_("{column} is not after {other}."),
    "after_as_of": N_("{column} lies in the future (after {as_of}), but has happened."),
    "before_case": N_("{column} is before the case was opened ({opened_at})."),
    "falling": N_("{column} is lower than {reading} of {day}. An exchanged meter is a new meter_code."),
    "above_next": N_("{column} is higher than {reading} of {day}, which is already known."),
    "protected_changed": N_(
        "{column} is not the one this row was sent out for: its check code differs. Fill in the list as it was sent."
    ),
    "for_all_only": N_("{setting} cannot differ by community."),
    "setting_whole": N_("{column} must be a whole number from {low} to {high}."),
    "setting_number": N_("{column} must be a number from {low} to {high}."),
    "setting_words": N_("{column} must be a list, separated by commas, out of: {words}."),
}
"""Detail of a fault → sentence."""

UNKNOWN_DATASET: Final = N_(
    "Neither a sheet's name nor the file's name is a dataset, such as 工单 or cases. Rename it, or say --dataset."
)
NO_HEADER: Final = N_("No sheet holds the header of {dataset}. Correct the headings.")
NOT_PERMITTED: Final = N_(
    "{dataset} is taken only from inbox/restricted, from people who may put files there. Nothing of it was taken in."
)
NOTES: Final[Mapping[str, str]] = {
    "empty": N_("the sheet is empty"),
    "no_dataset": N_("its name is no dataset"),
    "no_header": N_("it has no header of the dataset"),
    "not_permitted": N_("it is taken only from inbox/restricted"),
}
"""Why a sheet was ignored or refused."""


def heading(dataset: Dataset, column: str, language: str) -> str:
    """A column's heading in a language."""
    return column if language == "en" else str(dataset.table.c[column].info["zh"][0])


@lru_cache(maxsize=50_000)
def fault_text(dataset_name: str, column: str, fault: Fault, language: str) -> str:
    """What is wrong with a cell, and what is expected, in one sentence.

    Args:
        dataset_name: the dataset.
        column: the column, English name.
        fault: what is wrong.
        language: zh or en.
    """
    dataset = incoming()[dataset_name]
    fields = dict(fault.fields)
    if "other" in fields:
        fields["other"] = heading(dataset, fields["other"], language)
    if "register" in fields and language == "zh":
        fields["register"] = _register_in_chinese(fields["register"])
    if "words" in fields and language == "zh":
        fields["words"] = "、".join(_in_chinese(dataset, column, fields["words"].split(", ")))
    return gettext_for(language)(FAULTS[fault.detail], column=heading(dataset, column, language), **fields)


def _in_chinese(dataset: Dataset, column: str, words: list[str]) -> list[str]:
    choices = words_of(dataset.name, dataset.table.c[column])
    return [choices[word][0] if choices.get(word) else word for word in words]


def _register_in_chinese(name: str) -> str:
    """A register may be one that nobody sends in, such as the calls to make."""
    table = datasets().get(name)
    return name if table is None else str(table.info["zh"])


def refusal_text(error: Unreadable, translate: Translator) -> str:
    """Why a file cannot be read, in a language."""
    return translate(error.sentence, **{name: translate(_sayable(value)) for name, value in error.fields.items()})


def _sayable(text: str) -> str:
    """Without the halves of characters a file name may hold."""
    return text.encode("utf-8", "replace").decode()
