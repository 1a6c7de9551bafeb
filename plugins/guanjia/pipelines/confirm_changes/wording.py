"""A change in words: the question a second person is asked in Airflow, as Markdown."""

from __future__ import annotations

import re

from guanjia.i18n import gettext_for, normalised
from guanjia.i18n.formats import instant_text
from guanjia.pipelines.confirm_changes.showing import ChangedRow, Shown
from guanjia.store.tables import datasets

ROWS_IN_THE_QUESTION = 40
LONGEST_VALUE = 80

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&])")


def dataset_name(dataset: str, language: str) -> str:
    """A dataset as people call it: 员工 or staff."""
    known = datasets().get(dataset)
    return str(known.info["zh"]) if known is not None and normalised(language) == "zh" else dataset


def column_name(dataset: str, column: str, language: str) -> str:
    """A column's heading: 工号 or staff_code."""
    known = datasets().get(dataset)
    if known is None or column not in known.c or normalised(language) != "zh":
        return column
    headers = known.c[column].info.get("zh") or (column,)
    return str(headers[0])


def subject(shown: Shown, language: str) -> str:
    """The question's headline: ``待确认变更：员工（新增 2 行，修改 1 行）``."""
    _ = gettext_for(language)
    return _(
        "Change to be confirmed: {dataset} ({added} new rows, {updated} changed)",
        dataset=dataset_name(shown.dataset, language),
        added=shown.added,
        updated=shown.updated,
    )


def body(shown: Shown, language: str, page: str) -> str:
    """The question: who brought what, old → new, as Markdown in which values from files are text only.

    Args:
        shown: the change.
        language: zh or en.
        page: address of our page with all rows.
    """
    _ = gettext_for(language)
    headings = (_("Row"), _("New or changed"), _("Column"), _("As it stands"), _("As it would become"))
    lines = [
        _(
            "{who} brought **{file}** on {instant}. The change takes effect once somebody else agrees.",
            who=escaped(shown.proposed_by or _("Somebody")),
            file=escaped(shown.file),
            instant=instant_text(shown.proposed_at, language),
        ),
        "",
        f"| {' | '.join(headings)} |",
        "|---|---|---|---|---|",
    ]
    for row in shown.rows[:ROWS_IN_THE_QUESTION]:
        lines += _row_lines(shown.dataset, row, language)
    more = shown.added + shown.updated - ROWS_IN_THE_QUESTION
    if more > 0:
        lines += ["", _.ngettext("{n} more row on the page below.", "{n} more rows on the page below.", more)]
    link, code, digest = _("All rows, and earlier changes with who decided"), _("Code"), _("Digest of these rows")
    lines += ["", f"[{link}]({page})", "", f"{code}: {escaped(shown.change_code)} · {digest}: `{shown.digest[:16]}`"]
    return "\n".join(lines)


def escaped(text: str) -> str:
    """A value from a file as plain text in Markdown: no links, no markup, one line, of bounded length."""
    one_line = " ".join(text.split())
    short = one_line if len(one_line) <= LONGEST_VALUE else f"{one_line[: LONGEST_VALUE - 1]}…"
    return _MARKS.sub(r"\\\1", short)


def _row_lines(dataset: str, row: ChangedRow, language: str) -> list[str]:
    _ = gettext_for(language)
    what = _("new") if row.action == "added" else _("changed")
    named = f"{row.row_no} · {escaped(row.key)}"
    return [
        f"| {named} | {what} | {escaped(column_name(dataset, cell.column, language))} "
        f"| {escaped(cell.before) or '—'} | {escaped(cell.after) or '—'} |"
        for cell in row.cells
    ] or [f"| {named} | {what} | | | |"]
