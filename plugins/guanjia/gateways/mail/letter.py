"""What a mail says, told once; HTML and text are both made from it, so that neither can lack what the other has.

    letter = Letter(
        language="zh",
        subject="超时升级：3 项待处理",
        heading="3 项待处理",
        blocks=(
            KeyFigures((KeyFigure("超时", "3", tone="bad"),)),
            DataTable((Column("工单"), Column("超时", "end")), ((Cell("C-001", link=...), Cell("2 小时", "bad")),)),
        ),
        reason="您是翠湖花园的班长。",
    )

Everything is plain text: markup in it is shown, not obeyed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

Tone = Literal["plain", "muted", "good", "warning", "bad"]
"""What a text means: a colour in HTML, nothing in text, so never the only carrier of a meaning."""


@dataclass(frozen=True)
class Paragraph:
    """Running text; blank lines begin a new paragraph."""

    text: str
    tone: Tone = "plain"
    block: ClassVar[str] = "paragraph"


@dataclass(frozen=True)
class Section:
    """A heading within the mail, with an optional line of explanation."""

    heading: str
    note: str = ""
    block: ClassVar[str] = "section"


@dataclass(frozen=True)
class KeyFigure:
    """One figure: its label, the value as it is to be shown (with its unit), and a line such as the change."""

    label: str
    value: str
    note: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True)
class KeyFigures:
    """A few figures side by side, at most four in a row."""

    figures: tuple[KeyFigure, ...]
    block: ClassVar[str] = "figures"


@dataclass(frozen=True)
class Column:
    """A column of a table; figures stand at the end of their cells. ``width``: pixels; 0: as its text needs."""

    heading: str
    align: Literal["start", "end"] = "start"
    width: int = 0


@dataclass(frozen=True)
class Cell:
    """A cell: its text, what it means, a small second line, and where a click leads."""

    text: str
    tone: Tone = "plain"
    note: str = ""
    link: str = ""


@dataclass(frozen=True)
class DataTable:
    """A table; on a phone each row becomes a card. ``more`` says what is not shown, such as "… and 12 more".

    ``is_figures``: short numbers; on a phone those of a row follow each other on a line instead of one below the other.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | str, ...], ...]
    caption: str = ""
    more: str = ""
    is_figures: bool = False
    block: ClassVar[str] = "table"

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"A row of {len(row)} cells in a table of {len(self.columns)} columns.")

    @property
    def cells(self) -> list[list[Cell]]:
        """The rows, each cell as a ``Cell``."""
        return [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in self.rows]


@dataclass(frozen=True)
class Facts:
    """Names and values, one pair a line."""

    pairs: tuple[tuple[str, str], ...]
    block: ClassVar[str] = "facts"


@dataclass(frozen=True)
class Bullets:
    """A short list."""

    items: tuple[str, ...]
    block: ClassVar[str] = "bullets"


@dataclass(frozen=True)
class Notice:
    """A boxed sentence that must not be overlooked."""

    text: str
    tone: Tone = "warning"
    block: ClassVar[str] = "notice"


@dataclass(frozen=True)
class Button:
    """Where to go from here; the address is shown in the text alternative."""

    label: str
    link: str
    block: ClassVar[str] = "button"


@dataclass(frozen=True)
class Picture:
    """A chart that goes with the mail as an attachment with this content id; ``says`` is read where it is not shown."""

    content_id: str
    says: str
    width: int = 592
    block: ClassVar[str] = "picture"


Block = Paragraph | Section | KeyFigures | DataTable | Facts | Bullets | Notice | Button | Picture


@dataclass(frozen=True)
class Letter:
    """A mail.

    Attributes:
        language: zh or en; the blocks' texts are in it already.
        subject: subject line.
        heading: first line of the mail.
        blocks: what follows, in order.
        reason: why this person gets it, one sentence.
        preheader: what an inbox shows behind the subject; blank: the heading.
        greeting: such as "王经理，您好："; blank: none.
        is_answered: somebody reads the answers (the message names where they go); else the mail says that nobody does.
    """

    language: str
    subject: str
    heading: str
    blocks: tuple[Block, ...]
    reason: str
    preheader: str = ""
    greeting: str = ""
    is_answered: bool = False
