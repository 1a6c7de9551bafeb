"""Lines and bars in the colours of our mails, readable without colour, on a ground of their own (dark mode)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from guanjia.gateways.documents.fonts import characters_of, find_chinese_font, find_fonts
from guanjia.gateways.mail.message import Attachment

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS: Final = ("#0e5a5b", "#c2571a", "#5b6973", "#2f6fb0")
"""Of series, in order; told apart by marker and dash as well."""
_MARKERS: Final = ("o", "s", "^", "D")
_DASHES: Final = ("-", "--", "-.", ":")
_INK, _PALE, _BAD = "#1f2a33", "#dde3e8", "#b3261e"
_WIDTH: Final = 592
"""Pixels a chart takes in a mail; it is drawn twice as wide for fine screens."""
_POINTS: Final = 12
"""Size of the text; a phone shows the chart at three fifths of its width."""
_SHOWN_LABELS: Final = 9
"""Points of a line that find room for their label; of more every second one, the newest among them."""
_FACE: Final = "Noto Sans CJK SC"
_PAPER: Final = {"facecolor": "#ffffff", "edgecolor": "none", "pad": 1.0}
"""Behind a text that a line may cross."""


@dataclass(frozen=True)
class Series:
    """One line of a chart.

    Attributes:
        name: what it shows, as the reader reads it.
        values: one per label; None: not known, a gap.
    """

    name: str
    values: Sequence[Decimal | int | None]


@dataclass(frozen=True)
class Chart:
    """A drawn chart.

    Attributes:
        png: the picture.
        says: what it shows, in words; read where the picture is not shown.
        content_id: name the mail's HTML shows it by; follows from the picture.
    """

    png: bytes
    says: str
    content_id: str

    def attachment(self) -> Attachment:
        """The picture as a part of a mail, shown in the text."""
        return Attachment(f"{self.content_id}.png", "image/png", self.png, self.content_id)


def line_chart(series: Sequence[Series], labels: Sequence[str], *, says: str, height: int = 260) -> Chart:
    """Values over time, one line a series; a value not known is a gap.

    Args:
        series: one to four.
        labels: of the points, oldest first.
        says: the chart in words.
        height: pixels in the mail.

    Raises:
        ValueError: no series, too many, or one whose values do not match the labels.
        DocumentError: the fonts are not installed.
    """
    _check(series, labels)
    figure, axes = _sheet(height)
    places = range(len(labels))
    for number, each in enumerate(series):
        values = [float("nan") if value is None else float(value) for value in each.values]
        axes.plot(
            places,
            values,
            label=each.name,
            color=_COLOURS[number],
            linestyle=_DASHES[number],
            marker=_MARKERS[number],
            markersize=4,
            linewidth=1.8,
        )
    step = -(-len(labels) // _SHOWN_LABELS)
    axes.set_xticks(list(places), [_at_step(labels, place, step) for place in places])
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color=_PALE, linewidth=0.6)
    return _finish(figure, axes, series, says)


def bar_chart(
    series: Series,
    labels: Sequence[str],
    *,
    says: str,
    shown: Sequence[str],
    target: Decimal | None = None,
    target_name: str = "",
    limit: Decimal | None = None,
) -> Chart:
    """Values side by side as horizontal bars with their values written at the end, and a line at the target.

    Args:
        series: the values; one not known has no bar, only its text.
        labels: of the bars, from the top.
        says: the chart in words.
        shown: text at the end of each bar, such as ``96.2 %`` or ``n/a``.
        target: where the line stands, in the values' unit; None: no line.
        target_name: its name in the legend.
        limit: end of the axis, such as 1 for shares; None: by the values.

    Raises:
        ValueError: values, labels and texts do not match.
        DocumentError: the fonts are not installed.
    """
    _check([series], labels)
    if len(shown) != len(labels):
        raise ValueError(f"{len(shown)} texts for {len(labels)} bars.")
    figure, axes = _sheet(34 * len(labels) + (20 if target is None else 55))
    values = [0.0 if value is None else float(value) for value in series.values]
    places = list(range(len(labels)))
    axes.barh(places, values, height=0.62, color=_COLOURS[0], label=series.name)
    end = float(limit) if limit is not None else max([*values, 0.0]) or 1.0
    for place, value, text in zip(places, values, shown, strict=True):
        axes.text(value + end * 0.012, place, text, va="center", color=_INK, bbox=_PAPER, zorder=5)
    axes.set_yticks(places, list(labels))
    axes.invert_yaxis()
    axes.set_xlim(0, end * 1.16)
    axes.set_xticks([])
    if target is not None:
        axes.axvline(float(target), color=_BAD, linestyle="--", linewidth=1.4, label=target_name)
    return _finish(figure, axes, [series] if target is None else [series, series], says)


def _at_step(labels: Sequence[str], place: int, step: int) -> str:
    return labels[place] if (len(labels) - 1 - place) % step == 0 else ""


def _check(series: Sequence[Series], labels: Sequence[str]) -> None:
    if not 1 <= len(series) <= len(_COLOURS):
        raise ValueError(f"{len(series)} series in a chart; one to {len(_COLOURS)} can be told apart.")
    for each in series:
        if len(each.values) != len(labels):
            raise ValueError(f"{len(each.values)} values of {each.name} for {len(labels)} labels.")


def _sheet(height: int) -> tuple[Figure, Axes]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH / 100, height / 100), dpi=200, layout="constrained", facecolor="#ffffff")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def _finish(figure: Figure, axes: Axes, series: Sequence[Series], says: str) -> Chart:
    """Fonts, frame, legend, and the picture's bytes."""
    from matplotlib import font_manager

    words = [each.get_text() for each in (*axes.get_xticklabels(), *axes.get_yticklabels(), *axes.texts)]
    words += [str(each) for each in axes.get_legend_handles_labels()[1]]
    face = font_manager.FontProperties(family=list(_families_for("".join(words))), size=_POINTS)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(_PALE)
    axes.set_axisbelow(True)
    axes.tick_params(colors=_INK, labelsize=_POINTS, length=0)
    if len(series) > 1:
        figure.legend(loc="outside upper left", ncols=len(series), frameon=False, prop=face, borderaxespad=0.2)
    for text in (*axes.get_xticklabels(), *axes.get_yticklabels(), *axes.texts):
        text.set_fontproperties(face)
    png = _with_few_colours(figure)
    return Chart(png, says, "chart-" + hashlib.sha256(png).hexdigest()[:16])


def _with_few_colours(figure: Figure) -> bytes:
    """The picture with a palette of 64 colours: a third of the size, no difference to the eye.

    The canvas is taken as it is drawn; saving a figure lays it out and draws it twice.
    """
    from PIL import Image

    canvas: Any = figure.canvas  # of matplotlib.backends.backend_agg, which has no types
    canvas.draw()
    made = BytesIO()
    picture = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba(), "raw", "RGBA", 0, 1)
    picture.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(made, format="png")
    return made.getvalue()


def _families_for(words: str) -> tuple[str, ...]:
    """The Chinese face alone where it has a sign for every character, for each family costs time in every text."""
    return (_FACE,) if _face_of_all() >= {ord(each) for each in words} else _families()


@lru_cache(maxsize=1)
def _face_of_all() -> frozenset[int]:
    _families()
    return characters_of(find_chinese_font())


@lru_cache(maxsize=1)
def _families() -> tuple[str, ...]:
    """Families of the fonts that printed pages use, the Chinese one first; nothing of the machine's own is needed."""
    from matplotlib import font_manager

    manager = font_manager.fontManager
    known = len(manager.ttflist)
    for path in find_fonts():
        manager.addfont(path)
    added = dict.fromkeys(entry.name for entry in manager.ttflist[known:])
    return (_FACE, *(name for name in added if "CJK" not in name))
