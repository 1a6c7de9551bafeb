"""Charts: the same picture from the same values, Chinese readable, a gap where nothing is known."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image

from guanjia.gateways.charts import Chart, Series, bar_chart, line_chart

WEEKS = tuple(f"11-{day:02d}" for day in range(1, 13))


def _weeks(name: str = "受理") -> Chart:
    opened = Series(name, (412, 398, 421, None, 433, 398, 401, 380, 377, 390, 402, 412))
    return line_chart([opened, Series("办结", tuple(range(300, 312)))], WEEKS, says="受理由 412 件到 412 件")


def test_the_same_values_give_the_same_picture_and_others_another_name() -> None:
    first, again = _weeks(), _weeks()
    assert (first.png, first.content_id) == (again.png, again.content_id)
    assert _weeks("办结数").content_id != first.content_id
    part = first.attachment()
    assert (part.content_type, part.content_id) == ("image/png", first.content_id)


def test_a_chart_is_small_and_sharp() -> None:
    chart = _weeks()
    assert len(chart.png) < 25_000
    with Image.open(BytesIO(chart.png)) as picture:
        assert picture.width == 2 * 592


def test_every_character_has_a_shape(caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder) -> None:
    bar_chart(Series("龘骨直", (1,)), ("澄庭雅苑·车位😀",), says="", shown=("¥1,234.50",))
    missing = [str(each.message) for each in recwarn if "Glyph" in str(each.message)]
    assert missing == [] and "findfont" not in caplog.text


def test_a_bar_not_known_is_told_from_a_bar_of_nothing() -> None:
    known = bar_chart(Series("按时率", (Decimal(0),)), ("答复",), says="", shown=("0.0 %",), limit=Decimal(1))
    unknown = bar_chart(Series("按时率", (None,)), ("答复",), says="", shown=("n/a",), limit=Decimal(1))
    assert known.png != unknown.png


def test_values_must_fit_their_labels() -> None:
    with pytest.raises(ValueError, match="2 values of 受理 for 1 labels"):
        line_chart([Series("受理", (1, 2))], ("11-01",), says="")
    with pytest.raises(ValueError, match="0 series"):
        line_chart([], (), says="")
    with pytest.raises(ValueError, match="1 texts for 2 bars"):
        bar_chart(Series("受理", (1, 2)), ("a", "b"), says="", shown=("1",))
