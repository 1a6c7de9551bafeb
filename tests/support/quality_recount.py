"""What the quality check had to draw, judge and conclude, counted anew from the tables as they are.

Nothing of Guanjia is used but the rows: registers, calls, cases, scores as loaded; draws, samples, results as written.
Plain loops and textbook formulas, so that it can be read against the rulebook (QC-01, 03, 05, 06) and GB/T 2828.1.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import exp, lgamma, log, sqrt
from typing import Any

from tests.support.quality_recount_frames import (
    TABLES,
    Item,
    Known,
    Recount,
    Row,
    Tables,
    day_here,
    frames_of,
    weekly_draws,
)
from tests.support.quality_recount_lots import hold_lots, hold_rankings

__all__ = ["TABLES", "Known", "Recount", "at_most_one_apart", "least_hits", "recount"]

ESTIMATING = ("random", "minimum", "risk")
Z = 1.959963984540054
CENT = Decimal("0.01")


def recount(tables: Tables, known: Known, plans: Mapping[str, Any]) -> Recount:
    """Counts everything anew and compares.

    Args:
        tables: the tables' rows.
        known: what no table says.
        plans: the plans of GB/T 2828.1 as the truth file has them.
    """
    found = Recount()
    frames = frames_of(tables, known)
    _draws(tables, frames, found)
    _samples(tables, frames, known, found)
    _scores(tables, found)
    _results(tables, frames, known, found)
    _agreements(tables, found)
    hold_lots(tables, frames, plans, found)
    hold_rankings(tables, frames, found)
    return found


# -- draws and samples ------------------------------------------------------------------------------------------------


def _draws(tables: Tables, frames: Mapping[str, list[Item]], found: Recount) -> None:
    """Sizes of strata and classes, the random part at least half, everybody's minimum, loads."""
    samples: dict[str, list[Row]] = defaultdict(list)
    for row in tables["samples"]:
        samples[row["draw_code"]].append(row)
    strata: dict[str, list[Row]] = defaultdict(list)
    for row in tables["quality_strata"]:
        strata[row["draw_code"]].append(row)
    for draw in weekly_draws(tables):
        code, items = draw["draw_code"], frames[draw["draw_code"]]
        found.hold("population of a draw differs", [] if draw["population"] == len(items) else [(code, len(items))])
        sizes = Counter(f"{item.kind}:{item.staff_code}:{item.channel}" for item in items)
        found.hold(
            "stratum's size differs",
            [
                (code, row["stratum"])
                for row in strata[code]
                if row["population"] != _size_of(row["stratum"], sizes, {each["stratum"] for each in strata[code]})
            ],
        )
        classes = Counter(item.risk_class for item in items if item.risk_class)
        found.hold(
            "risk class's size differs",
            [
                (code, row["risk_class"])
                for row in tables["quality_risk_classes"]
                if row["draw_code"] == code and row["population"] != classes[row["risk_class"]]
            ],
        )
        drawn = [row for row in samples[code] if row["reason"] in ESTIMATING]
        at_random = [row for row in drawn if row["is_random"]]
        is_roomy = draw["dropped_items"] == 0 and len(drawn) > 0
        found.figures["weeks with room"] += is_roomy
        found.hold("random part under half", [code] if is_roomy and 2 * len(at_random) < len(drawn) else [])
        per_agent = Counter((row["subject_kind"], row["staff_code"]) for row in at_random)
        wanted = Counter((item.kind, item.staff_code) for item in items)
        found.hold(
            "minimum not kept",
            [(code, key) for key, n in wanted.items() if is_roomy and per_agent[key] < min(3, n)],
        )
        scored_twice = sum(row["second_reviewer"] is not None for row in samples[code])
        found.hold(
            "more work than room",
            [code] if len(samples[code]) + scored_twice > draw["capacity"] else [],
        )
        found.weeks[draw["period"]] = {
            "population": len(items),
            "drawn": len(drawn),
            "random": len(at_random),
            "risk": sum(row["is_risk"] for row in drawn),
            "twice": scored_twice,
        }


def _size_of(stratum: str, sizes: Mapping[str, int], names: set[str]) -> int:
    """Items of a stratum; a pooled one holds all that no other one does."""
    kind, agent, channel = stratum.split(":", 2)
    if channel != "*":
        return sizes.get(stratum, 0)
    own = [(name, n) for name, n in sizes.items() if name.split(":")[0] == kind and name not in names]
    if agent != "*":
        return sum(n for name, n in own if name.split(":")[1] == agent)
    return sum(n for name, n in own if f"{kind}:{name.split(':')[1]}:*" not in names)


def _samples(tables: Tables, frames: Mapping[str, list[Item]], known: Known, found: Recount) -> None:
    """Every sample: in its frame, once, by its probability; nobody scores own work or own team's."""
    strata = {(row["draw_code"], row["stratum"]): row for row in tables["quality_strata"]}
    classes = {(row["draw_code"], row["risk_class"]): row for row in tables["quality_risk_classes"]}
    subjects = Counter((row["subject_kind"], row["subject_code"]) for row in tables["samples"])
    found.hold("item drawn twice", [key for key, n in subjects.items() if n > 1])
    items = {draw: {(item.kind, item.code): item for item in of_it} for draw, of_it in frames.items()}
    weekly = {row["draw_code"] for row in weekly_draws(tables)}
    for row in tables["samples"]:
        code = row["sample_code"]
        for who in (row["reviewer"], row["second_reviewer"]):
            if who is not None:
                own_team = known.team_of(row["staff_code"], day_here(row["occurred_at"]))
                his_team = known.team_of(who, day_here(row["occurred_at"]))
                found.hold("scored by oneself", [code] if who == row["staff_code"] else [])
                found.hold("scored by own team", [code] if own_team and own_team == his_team else [])
        found.figures["nobody to score"] += row["reviewer"] is None
        if row["draw_code"] not in weekly or row["reason"] not in ESTIMATING:
            continue
        item = items[row["draw_code"]].get((row["subject_kind"], row["subject_code"]))
        found.hold("sample outside its frame", [code] if item is None else [])
        stratum = strata[row["draw_code"], row["stratum"]]
        at_random = Fraction(stratum["random_items"] + stratum["minimum_items"], stratum["population"])
        by_risk = Fraction(0)
        if item is not None and (row["draw_code"], item.risk_class) in classes:
            of_class = classes[row["draw_code"], item.risk_class]
            by_risk = Fraction(of_class["risk_items"], of_class["population"])
        wanted = 1 - (1 - at_random) * (1 - by_risk)
        found.hold("probability differs", [code] if abs(float(row["probability"]) - float(wanted)) > 1e-9 else [])
    for (draw, name), stratum in strata.items():
        n = sum(row["is_random"] for row in tables["samples"] if (row["draw_code"], row["stratum"]) == (draw, name))
        wanted_n = stratum["random_items"] + stratum["minimum_items"]
        found.hold("stratum's sample differs", [(draw, name)] if n != wanted_n else [])


# -- scores -----------------------------------------------------------------------------------------------------------


def _item_score(criteria: list[Row], given: Mapping[str, Row]) -> tuple[Decimal, bool, bool] | None:
    """Score, critical, nonconforming; None: not whole."""
    if not criteria or any(row["criterion"] not in given for row in criteria):
        return None
    whole = sum(row["weight"] for row in criteria)
    score = sum(row["weight"] * given[row["criterion"]]["score"] for row in criteria) / whole
    mark = sum(row["weight"] * row["pass_score"] for row in criteria) / whole
    critical = any(
        given[row["criterion"]]["critical"]
        or (row["is_critical"] and given[row["criterion"]]["score"] < row["pass_score"])
        for row in criteria
    )
    return Decimal(score).quantize(CENT, ROUND_HALF_UP), critical, critical or score < mark


def _criteria(tables: Tables) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in tables["quality_draw_criteria"]:
        found[row["draw_code"]].append(row)
    return found


def _given(tables: Tables) -> dict[tuple[str, str], dict[str, Row]]:
    """Sample and reviewer → criterion → what was reported."""
    found: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for row in tables["quality_scores"]:
        found[row["sample_code"], row["reviewer"]][row["criterion"]] = row
    return found


def _scores(tables: Tables, found: Recount) -> None:
    """A sample's score is its reviewer's, unless an appeal changed it; scores of others count for nothing."""
    criteria, given = _criteria(tables), _given(tables)
    changed = {
        row["sample_code"]: row["reviewer"] for row in tables["quality_appeal_verdicts"] if row["outcome"] == "changed"
    }
    for row in tables["samples"]:
        if row["reason"] == "audit" or row["score"] is None:
            continue
        who = changed.get(row["sample_code"], row["reviewer"])
        mine = _item_score(criteria[row["draw_code"]], given[row["sample_code"], who])
        if mine is None and row["second_reviewer"]:
            mine = _item_score(criteria[row["draw_code"]], given[row["sample_code"], row["second_reviewer"]])
        found.hold(
            "score differs",
            []
            if mine == (row["score"], row["is_critical"], row["is_nonconforming"])
            else [(row["sample_code"], mine, row["score"])],
        )
    found.figures["samples"] = len(tables["samples"])
    found.figures["scored"] = sum(row["score"] is not None for row in tables["samples"])
    found.figures["scores kept, not counted"] = sum(row["verdict"] == "kept" for row in tables["quality_judgements"])
    found.figures["appeals"] = len(tables["quality_appeals"])
    found.figures["appeals refused"] = sum(row["verdict"] == "refused" for row in tables["quality_appeal_verdicts"])
    found.figures["appeals changed"] = len(changed)
    found.figures["corrections"] = len(tables["quality_cases"])
    found.figures["corrections looked at again"] = sum(row["reason"] == "audit" for row in tables["samples"])
    known_codes = {row["sample_code"] for row in tables["samples"]}
    found.hold("score of no sample", [k for k, _who in given if k not in known_codes])


# -- results ----------------------------------------------------------------------------------------------------------


def _is_in(row: Row, kind: str, code: str) -> bool:
    return kind == "company" or row[f"{kind}_code"] == code


def _counts(rows: list[Row]) -> list[tuple[Row, float, float]]:
    """Scored samples with how many of their stratum and class were scored; uncovered strata left out."""
    n = Counter(row["stratum"] for row in rows if row["is_random"] and row["score"] is not None)
    k = Counter(row["risk_class"] for row in rows if row["is_risk"] and row["score"] is not None)
    return [
        (row, float(n[row["stratum"]]), float(k[row["risk_class"]]))
        for row in rows
        if row["score"] is not None and n[row["stratum"]]
    ]


def _results(tables: Tables, frames: Mapping[str, list[Item]], known: Known, found: Recount) -> None:
    strata = {(row["draw_code"], row["stratum"]): row["population"] for row in tables["quality_strata"]}
    classes = {(row["draw_code"], row["risk_class"]): row for row in tables["quality_risk_classes"]}
    by_draw: dict[str, list[Row]] = defaultdict(list)
    for row in tables["samples"]:
        if row["reason"] in ESTIMATING:
            by_draw[row["draw_code"]].append(row)
    weights: dict[str, tuple[Row, float, float]] = {}
    for draw, rows in by_draw.items():
        for row, n, k in _counts(rows):
            at_random = n / strata[draw, row["stratum"]]
            of_class = classes.get((draw, row["risk_class"] or ""))
            by_risk = k / of_class["population"] if of_class and of_class["risk_items"] else 0.0
            weights[row["sample_code"]] = (row, 1 / (1 - (1 - at_random) * (1 - by_risk)), 1 / at_random)
    weekly = {row["period"]: row["draw_code"] for row in weekly_draws(tables)}
    starts = {row["draw_code"]: row["frame_from"] for row in tables["quality_draws"]}
    ends = {row["period"]: row["frame_to"] for row in tables["quality_draws"]}
    for result in tables["quality_results"]:
        kind, code, period = result["scope_kind"], result["scope_code"], result["period"]
        if period in weekly:
            chosen = [row for row in by_draw[weekly[period]] if _is_in(row, kind, code)]
        else:
            chosen = [
                row
                for draw, rows in by_draw.items()
                for row in rows
                if day_here(row["occurred_at"]).strftime("%Y-%m") == period
                and _is_in(row, kind, code)
                and starts[draw] < ends[period]
            ]
        scored = [weights[row["sample_code"]] for row in chosen if row["sample_code"] in weights]
        what = (period, kind, code)
        found.hold("result: drawn differs", [] if result["drawn"] == len(chosen) else [what])
        found.hold("result: sampled differs", [] if result["sampled"] == len(scored) else [what])
        _hold_figures(result, scored, what, found)
        if period in weekly:
            _hold_truth(result, frames[weekly[period]], known, found)
    found.figures["results"] = len(tables["quality_results"])


def _hold_figures(result: Row, scored: list[tuple[Row, float, float]], what: object, found: Recount) -> None:
    """Mean, rate and its interval by the textbook; the mean's interval holds it."""
    if not scored:
        found.hold("result without sample is not blank", [what] if result["mean_score"] is not None else [])
        return
    total = sum(w for _row, w, _r in scored)
    mean = sum(w * float(row["score"]) for row, w, _r in scored) / total
    rate = sum(w * row["is_critical"] for row, w, _r in scored) / total
    n = total * total / sum(w * w for _row, w, _r in scored)
    middle, reach = rate + Z * Z / (2 * n), Z * sqrt(rate * (1 - rate) / n + Z * Z / (4 * n * n))
    low, high = (max(0.0, (middle - reach) / (1 + Z * Z / n)), min(1.0, (middle + reach) / (1 + Z * Z / n)))
    found.hold("result: mean differs", [what] if _off(result["mean_score"], mean, 1e-3) else [])
    found.hold("result: critical rate differs", [what] if _off(result["critical_rate"], rate, 1e-5) else [])
    found.hold("result: Wilson differs", [what] if _off(result["critical_low_95"], low, 1e-4) else [])
    found.hold("result: Wilson differs", [what] if _off(result["critical_high_95"], high, 1e-4) else [])
    at_random = [(float(row["score"]), r) for row, _w, r in scored if row["is_random"]]
    random_mean = sum(r * y for y, r in at_random) / sum(r for _y, r in at_random)
    found.hold("result: random mean differs", [what] if _off(result["random_mean"], random_mean, 1e-3) else [])
    is_single = len(scored) == 1
    found.hold("result: interval missing", [what] if (result["low_95"] is None) != is_single else [])


def _off(number: Decimal | None, wanted: float, by: float) -> bool:
    return number is None or abs(float(number) - wanted) > by


def _hold_truth(result: Row, frame: list[Item], known: Known, found: Recount) -> None:
    """Whether the interval holds the true mean of all that could be drawn."""
    kind, code = result["scope_kind"], result["scope_code"]
    items = [
        item
        for item in frame
        if kind == "company"
        or (kind == "staff" and item.staff_code == code)
        or (kind == "community" and item.community_code == code)
        or (kind == "team" and known.team_of(item.staff_code, day_here(item.at)) == code)
    ]
    found.hold(
        "result: population differs",
        [] if result["population"] == len(items) else [(result["period"], kind, code, len(items))],
    )
    if not items or result["low_95"] is None:
        return
    truth = sum(known.truth(item.kind, item.code) for item in items) / len(items)
    found.covered[kind].append(float(result["low_95"]) <= truth <= float(result["high_95"]))
    if result["random_low_95"] is not None:
        is_in = float(result["random_low_95"]) <= truth <= float(result["random_high_95"])
        found.covered[f"{kind}, random part"].append(is_in)
    if kind == "company":
        found.weeks[result["period"]] |= {
            "true mean": round(truth, 2),
            "mean": round(float(result["mean_score"]), 2),
            "low": round(float(result["low_95"]), 2),
            "high": round(float(result["high_95"]), 2),
        }


def _agreements(tables: Tables, found: Recount) -> None:
    """Kappa by its definition, from what both reviewers reported."""
    criteria, given = _criteria(tables), _given(tables)
    assigned = {
        (row["sample_code"], row["reviewer"], row["criterion"])
        for row in tables["quality_judgements"]
        if row["verdict"] != "kept"
    }
    periods = {row["draw_code"]: row["period"] for row in tables["quality_draws"]}
    for agreement in tables["quality_agreements"]:
        period, cells = agreement["period"], Counter[tuple[bool, bool]]()
        for row in tables["samples"]:
            month = day_here(row["occurred_at"]).strftime("%Y-%m")
            if row["second_reviewer"] is None or period not in (periods[row["draw_code"]], month):
                continue
            pair = []
            for who in (row["reviewer"], row["second_reviewer"]):
                said = {
                    name: each
                    for name, each in given[row["sample_code"], who].items()
                    if (row["sample_code"], who, name) in assigned
                }
                pair.append(_item_score(criteria[row["draw_code"]], said))
            if pair[0] is not None and pair[1] is not None:
                cells[pair[0][2], pair[1][2]] += 1
        n = sum(cells.values())
        found.hold("pairs differ", [] if agreement["pairs"] == n else [(period, n)])
        found.figures["scored twice"] += n if "W" in period else 0
        if not n:
            continue
        first, second = sum(cells[True, b] for b in (True, False)) / n, sum(cells[a, True] for a in (True, False)) / n
        expected = first * second + (1 - first) * (1 - second)
        observed = (cells[True, True] + cells[False, False]) / n
        if expected < 1:
            is_off = _off(agreement["kappa"], (observed - expected) / (1 - expected), 1e-3)
            found.hold("kappa differs", [period] if is_off else [])
        else:
            found.hold("undefined kappa is shown", [period] if agreement["kappa"] is not None else [])


def at_most_one_apart(loads: Mapping[str, int]) -> bool:
    """Whether loads differ by one at most."""
    ordered = sorted(loads.values())
    return not ordered or ordered[-1] - ordered[0] <= 1


def least_hits(trials: int, chance: float = 0.95, doubt: float = 0.005) -> int:
    """Hits that fewer than which come about by chance only this seldom (binomial)."""
    below = 0.0
    for hits in range(trials + 1):
        ways = lgamma(trials + 1) - lgamma(hits + 1) - lgamma(trials - hits + 1)
        below += exp(ways + hits * log(chance) + (trials - hits) * log(1 - chance))
        if below >= doubt:
            return hits
    return trials
