"""What the quality check itself says, with its interval, beside the mean that adds up (QC-01)."""

from __future__ import annotations

from guanjia.gateways.mail.letter import Block, Paragraph
from guanjia.i18n import Translator
from guanjia.pipelines.quality_sampling.words import interval_text, period_words, score_text
from guanjia.pipelines.reports.edition import ReportEdition
from guanjia.pipelines.reports.quoted import QualityEstimate


def estimate_blocks(_: Translator, edition: ReportEdition) -> list[Block]:
    """The results of the quality weeks of a weekly report; nothing where the scope has none."""
    return [
        Paragraph(
            _(
                "Quality check, {period}: mean {mean} ({interval}; {n} of {population} items scored), weighted by "
                "strata. The mean in the table weighs by probability alone, so that communities add up.",
                period=period_words(_, each.period),
                mean=score_text(each.mean),
                interval=interval_words(_, each),
                n=each.sampled,
                population=f"{each.population:,}",
            ),
            tone="muted",
        )
        for each in edition.quotes.estimates
    ]


def interval_words(_: Translator, estimate: QualityEstimate) -> str:
    """The 95 % interval of a result, or why there is none."""
    return interval_text(_, estimate.low, estimate.high, estimate.sampled, estimate.population)
