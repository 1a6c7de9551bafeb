"""Charts as pictures for mails and printed pages, each with a sentence for whoever does not see it.

    chart = line_chart([Series("受理", (412, 398, None))], ("11-06", "11-13", "11-20"), says="…")
    Picture(chart.content_id, chart.says); chart.attachment()

The same values give the same bytes. Charts are drawn once per scope and language, never per recipient.
"""

from guanjia.gateways.charts.drawing import Chart, Series, bar_chart, line_chart

__all__ = ["Chart", "Series", "bar_chart", "line_chart"]
