"""Who has to be called when, and what came of it, counted anew from exported CSV files.

Nothing of Guanjia is used here but the files: the registers, events, calls and results as loaded, and the callbacks as
exported. Plain loops, so that it can be read against the rulebook (CB-01 to 06, CB-11).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from tests.support.callback_registers import (
    LEAST,
    MORNING,
    OURS,
    PARTS,
    Registers,
    at,
    day_here,
    moment,
    next_month,
    part_of,
    quarter_start,
)
from tests.support.inspection_recount import Row, month_end

MOST_TRIES, APART = 3, timedelta(hours=3)
IN_VAIN = ("no_answer", "busy", "call_later")
"""Outcomes that are tries where they count; a granted promise does not."""
TRIGGERS = {
    "repair_resolved": ("resolved", "closed"),
    "complaint_answered": ("answered", "resolved", "closed"),
    "correction_resolved": ("resolved", "closed"),
    "paid_service_done": ("resolved", "closed"),
}
FINISHING = ("answered", "resolved", "closed")
SERVED_TYPES = ("owner", "tenant", "company")
UNCALLED_CHANNEL = "巡检"
STATES = ("reached", "unreached", "refused", "cancelled", "satisfied", "missed", "planned")

Contact = tuple[str, str, str]
"""Rule, subject, occasion."""


@dataclass
class Recount:
    """What callbacks came to, and everything the recount holds against them."""

    last: datetime
    """Instant of the last morning run."""
    faults: list[str] = field(default_factory=list)
    by_rule: dict[str, Counter[str]] = field(default_factory=dict)
    why_cancelled: Counter[str] = field(default_factory=Counter)
    why_missed: Counter[str] = field(default_factory=Counter)
    by_month: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    figures: Counter[str] = field(default_factory=Counter)
    """Numbers for the table, by what they count."""

    def hold(self, what: str, wrong: Iterable[object]) -> None:
        """Notes what is wrong, and how much of it, even when it is nothing."""
        found = [str(one) for one in wrong]
        self.figures[what] += len(found)
        self.faults += [f"{what}: {one}" for one in found]


def recount(registers: Registers, last: datetime) -> Recount:
    """Counts everything anew and compares.

    Args:
        registers: the exports.
        last: instant of the last morning run.
    """
    found = Recount(last)
    _compare_triggers(registers, found)
    _compare_care(registers, found)
    _compare_prospects(registers, found)
    _compare_year_end(registers, found)
    _sum_up(registers, found)
    _compare_voices(registers, found)
    _compare_lists(registers, found)
    _compare_evenness(registers, found)
    _compare_attempts(registers, found)
    _compare_warnings(registers, found)
    _compare_reasons(registers, found)
    return found


# -- what had to be done ----------------------------------------------------------------------------------------------


def due_by_events(registers: Registers, last: datetime) -> dict[Contact, tuple[datetime, datetime, str]]:
    """Contacts that finished cases make due: key → (fact, end of its window, community)."""
    events: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for row in registers.tables["case_events"]:
        if row["event"] in (*FINISHING, "reopened"):
            events[row["case_code"]].append((moment(row["event_at"]), row["event"]))
    purpose = {row["case_code"]: row["purpose"] for row in registers.tables["callback_cases"]}
    paid = {
        row["case_code"]
        for row in registers.tables["paid_services"]
        if float(row["quantity"]) * float(row["unit_price"])
    }
    rules = {row["trigger"]: row for row in registers.tables["callback_rules"] if row["trigger"] in TRIGGERS}
    found = {}
    for case in registers.tables["cases"]:
        code, community = case["case_code"], case["community_code"]
        if community not in registers.live_from or case["channel"] == UNCALLED_CHANNEL:
            continue
        for trigger in _triggers_of(case, purpose.get(code), is_paid=code in paid):
            rule = rules[trigger]
            for occurrence, fact in _facts(sorted(events[code]), TRIGGERS[trigger]):
                if fact < at(registers.live_from[community]):
                    continue
                planned = registers.planned_at(community, _known(code, fact))
                is_reopened = any(word == "reopened" and fact < on <= planned for on, word in events[code])
                if planned <= last and not is_reopened:
                    due = registers.window_end(community, fact, int(rule["window_working_days"]))
                    found[rule["rule_code"], f"case:{code}", str(occurrence)] = (fact, due, community)
    return found


def _triggers_of(case: Row, purpose: str | None, *, is_paid: bool) -> list[str]:
    if purpose is not None:
        return ["correction_resolved"] if purpose == "correction" else []
    found = ["paid_service_done"] if is_paid else []
    if case["kind"] == "complaint":
        found.append("complaint_answered")
    if case["kind"] == "repair" and case["area"] == "in_home":
        found.append("repair_resolved")
    return found


def _facts(events: list[tuple[datetime, str]], words: tuple[str, ...]) -> list[tuple[int, datetime]]:
    """The first finishing event of each occurrence of a case."""
    found: dict[int, datetime] = {}
    occurrence = 1
    for instant, word in events:
        if word == "reopened":
            occurrence += 1
        elif word in words:
            found.setdefault(occurrence, instant)
    return sorted(found.items())


def _known(case_code: str, fact: datetime) -> datetime:
    """From when an event was known: what is played is handed in at half past eight in the evening."""
    evening = datetime.combine(day_here(fact), time(20, 30), OURS)
    if not case_code.startswith("GJ-"):
        return fact
    return evening if fact <= evening else evening + timedelta(1)


def _compare_triggers(registers: Registers, found: Recount) -> None:
    wanted = due_by_events(registers, found.last)
    events = {"repair_resolved", "complaint_answered", "correction_resolved", "paid_service_done"}
    rows = {_key(row): row for row in registers.tables["callback_contacts"] if row["trigger"] in events}
    found.figures["due by events"] = len(wanted)
    found.hold("due and not planned", sorted(set(wanted) - set(rows)))
    found.hold("planned and not due", sorted(set(rows) - set(wanted)))
    promised = {row["callback_code"] for row in registers.tables["callback_results"] if row["call_later_at"]}
    wrong = []
    for key in sorted(set(rows) & set(wanted)):
        row, (fact, due, _community) = rows[key], wanted[key]
        if moment(row["triggered_at"]) != fact:
            wrong.append(f"{key} triggered at {row['triggered_at']}, not {fact}")
        said = moment(row["due_by"])
        if said != due and not (said > due and row["callback_code"] in promised):
            wrong.append(f"{key} due by {said}, not {due}")
    found.hold("windows that differ", wrong)


def _key(row: Row) -> Contact:
    return row["rule_code"], row["subject"], row["occasion"]


def _periods(registers: Registers, last: date) -> Iterable[tuple[str, date, date, int, int]]:
    """Closed months and quarters: name, first day, last day, and the days of service they are for."""
    month = min(registers.live_from.values()).replace(day=1)
    while month_end(month) < last:
        yield f"{month:%Y-%m}", month, month_end(month), 0, 365
        if month == quarter_start(month):
            end = month_end(next_month(next_month(month)))
            if end < last:
                yield f"{month:%Y}-Q{(month.month + 2) // 3}", month, end, 365, 10**6
        month = next_month(month)


def _compare_care(registers: Registers, found: Recount) -> None:
    rows = [row for row in registers.tables["callback_contacts"] if row["trigger"] == "care"]
    had = Counter((row["customer_code"], row["occasion"]) for row in rows)
    found.hold("twice in a period", [key for key, number in had.items() if number > 1])
    forgotten, wanted = [], 0
    for name, first, end, least, most in _periods(registers, day_here(found.last)):
        for code, customer in registers.customers.items():
            since = registers.service_since(code)
            if customer["customer_type"] not in SERVED_TYPES or customer["do_not_call"] == "yes" or since is None:
                continue
            months = [first] if least == 0 else [first, next_month(first), next_month(next_month(first))]
            if not all(least <= (month - since).days < most for month in months):
                continue
            if not registers.is_here(code, first, end):
                continue
            wanted += 1
            is_reached = any(at(first) <= on < at(end, 24) for on, _known_at in registers.reached.get(code, ()))
            if not is_reached and (code, name) not in had:
                forgotten.append(f"{code} {name}")
    found.figures["care periods of customers"] = wanted
    found.hold("care forgotten", forgotten)
    again = []
    for row in rows:
        planned = at(day_here(moment(row["not_before"])), MORNING)
        begin = at(_period_start(row["occasion"]))
        known = [on for on, known_at in registers.reached.get(row["customer_code"], ()) if known_at <= planned]
        again += [f"{_key(row)} reached on {on}" for on in known if begin <= on < planned]
        if registers.customers[row["customer_code"]]["do_not_call"] == "yes":
            again.append(f"{_key(row)} must not be called")
    found.hold("care though reached in the period", again)


def _period_start(occasion: str) -> date:
    year, rest = occasion.split("-")
    return date(int(year), 3 * int(rest[1:]) - 2 if rest.startswith("Q") else int(rest), 1)


def _compare_prospects(registers: Registers, found: Recount) -> None:
    by_customer: dict[str, list[Row]] = defaultdict(list)
    for row in registers.tables["callback_contacts"]:
        if row["trigger"] == "prospect":
            by_customer[row["customer_code"]].append(row)
    dropped = {row["customer_code"] for row in registers.tables["dropped_prospects"] if not row["returned_on"]}
    every = next(int(row["repeat"]) for row in registers.tables["callback_rules"] if row["trigger"] == "prospect")
    live = min(registers.live_from.values())
    early, late = [], []
    for code, customer in registers.customers.items():
        if customer["customer_type"] != "prospect":
            continue
        is_wanted = customer["interested"] == "yes" and not customer["dropped_reason"]
        if customer["do_not_call"] == "yes":
            early += [f"{code} must not be called"] if code in by_customer else []
            continue
        rows = sorted(by_customer.get(code, ()), key=lambda row: row["not_before"])
        if not is_wanted:
            early += [f"{code} is not interested"] if rows else []
            late += [] if code in dropped else [f"{code} is neither called nor dropped"]
            continue
        if not rows:
            late += [] if code in dropped else [f"{code} is never called"]
            continue
        if day_here(moment(rows[0]["not_before"])) > live + timedelta(every + 10):
            late.append(f"{code} is called first on {rows[0]['not_before']}")
        for row, following in zip(rows, [*rows[1:], None], strict=True):
            if not row["closed_at"]:
                continue
            planned = at(day_here(moment(following["not_before"])), MORNING) if following else found.last
            ends = [on for on, known_at in registers.reached.get(code, ()) if known_at <= planned]
            anchor = day_here(max([moment(row["closed_at"]), *ends]))
            due = anchor + timedelta(every)
            while not registers.is_called("", due):
                due += timedelta(1)
            if following and day_here(planned) < anchor + timedelta(every):
                early.append(f"{code} on {day_here(planned)}, last on {anchor}")
            if day_here(planned) > due + timedelta(0 if following else 1) and (following or code not in dropped):
                late.append(f"{code} due on {due}, next on {day_here(planned)}")
    found.figures["prospects with interest"] = len(by_customer)
    found.hold("prospects twice within fourteen days", early)
    found.hold("prospects forgotten", late)


def _compare_year_end(registers: Registers, found: Recount) -> None:
    rows = [row for row in registers.tables["callback_contacts"] if row["trigger"] == "year_end"]
    had = Counter((row["customer_code"], row["occasion"]) for row in rows)
    found.hold("year-end twice", [key for key, number in had.items() if number > 1])
    found.hold("year-end outside December", [_key(row) for row in rows if moment(row["not_before"]).month != 12])
    forgotten = []
    for year in range(min(registers.live_from.values()).year, found.last.year + 1):
        first, end = date(year, 12, 1), date(year, 12, 31)
        if day_here(found.last) < end:
            continue
        wanted = [
            code
            for code, customer in registers.customers.items()
            if customer["customer_type"] in SERVED_TYPES and registers.is_here(code, first, end)
        ]
        found.figures["year-end customers"] += len(wanted)
        forgotten += [f"{code} {year}" for code in wanted if not had[code, str(year)]]
    found.hold("year-end forgotten", forgotten)


# -- what came of it --------------------------------------------------------------------------------------------------


def _sum_up(registers: Registers, found: Recount) -> None:
    for row in registers.tables["callback_contacts"]:
        found.by_rule.setdefault(row["rule_code"], Counter())[row["state"]] += 1
        month = found.by_month[row["not_before"][:7]]
        month["contacts"] += 1
        month[row["state"]] += 1
        if row["missed_at"]:
            found.why_missed[row["missed_reason"]] += 1
            month["window missed"] += 1
        if row["state"] == "cancelled":
            found.why_cancelled[row["closed_reason"]] += 1
    for row in registers.tables["callbacks"]:
        found.by_month[(row["planned_on"] or row["not_before"])[:7]]["callbacks"] += 1
    for row in registers.tables["callback_attempts"]:
        found.by_month[row["attempted_at"][:7]]["tries"] += row["verdict"] == "counted"
    until = {row["callback_code"]: moment(row["due_by"]) for row in registers.tables["callbacks"]}
    unexplained = [
        f"{_key(row)} {row['state']}"
        for row in registers.tables["callback_contacts"]
        if (row["state"] in ("cancelled", "missed") and not (row["closed_reason"] or row["missed_reason"]))
        or (
            row["state"] == "planned"
            and max(moment(row["due_by"]), until[row["callback_code"]]) <= found.last
            and not row["missed_at"]
        )
    ]
    found.hold("neither done nor reported", unexplained)


def _compare_voices(registers: Registers, found: Recount) -> None:
    by_customer: dict[str, list[Row]] = defaultdict(list)
    contacts: dict[str, set[str]] = defaultdict(set)
    for row in registers.tables["callbacks"]:
        if row["customer_code"]:
            by_customer[row["customer_code"]].append(row)
    for row in registers.tables["callback_contacts"]:
        contacts[row["callback_code"]].add(row["state"])
    two = []
    for code, rows in by_customer.items():
        rows.sort(key=lambda row: (row["planned_on"], row["closed_at"] or "9"))
        for row, following in pairwise(rows):
            if not row["closed_at"] or at(date.fromisoformat(following["planned_on"]), MORNING) < moment(
                row["closed_at"]
            ):
                two.append(f"{code}: {row['callback_code']} and {following['callback_code']}")
    found.hold("planned twice at once", two)
    found.hold(
        "state unlike that of its contacts",
        [
            row["callback_code"]
            for row in registers.tables["callbacks"]
            if (row["state"] == "planned") != ("planned" in contacts[row["callback_code"]])
            or (row["state"] == "reached" and "reached" not in contacts[row["callback_code"]])
        ],
    )


# -- lists ------------------------------------------------------------------------------------------------------------


def _compare_lists(registers: Registers, found: Recount) -> None:
    callbacks = {row["callback_code"]: row for row in registers.tables["callbacks"]}
    triggers: dict[str, set[str]] = defaultdict(set)
    for row in registers.tables["callback_contacts"]:
        triggers[row["callback_code"]].add(row["trigger"])
    people = {row["staff_code"]: row for row in registers.agents}
    wrong_day, wrong_person, forbidden = [], [], []
    tries: Counter[tuple[str, str]] = Counter()
    for row in registers.tables["callback_lists"]:
        if row["withdrawn_at"]:
            continue
        on, callback = date.fromisoformat(row["work_date"]), callbacks[row["callback_code"]]
        tries[row["staff_code"], row["work_date"]] += int(row["tries"])
        found.by_month[row["work_date"][:7]]["lines"] += 1
        if not registers.is_called(callback["community_code"], on):
            wrong_day.append(row)
        person = people.get(row["staff_code"])
        parts = registers.parts_worked(row["staff_code"], on)
        wanted = {int(word) for word in row["parts"].split(",") if word}
        if person is None or not registers.is_employed(person, on) or not wanted or not wanted <= parts:
            wrong_person.append(f"{row['work_date']} {row['staff_code']}: {row['parts']} of {sorted(parts)}")
        elif person["community_code"] not in ("", callback["community_code"]):
            wrong_person.append(f"{row['callback_code']} is not of {row['staff_code']}'s community")
        customer = registers.customers.get(callback["customer_code"])
        if callback["channel"] == "call" and (customer is None or customer["do_not_call"] == "yes"):
            forbidden.append(f"{row['work_date']} {row['callback_code']}")
    found.hold("on a list of a day without calls", wrong_day)
    found.hold("on the list of somebody not there", wrong_person)
    found.hold("do not call, and on a list", forbidden)
    found.hold("more tries than an agent may make", [one for one in tries.items() if one[1] > registers.capacity])
    found.figures["most tries of an agent's day"] = max(tries.values(), default=0)
    found.figures["agent-days"] = len(tries)


def _open_parts(registers: Registers) -> dict[str, list[tuple[datetime, datetime, frozenset[int]]]]:
    """Callback → (instant of a counted try, from when it was known, parts used after it)."""
    found: dict[str, list[tuple[datetime, datetime, frozenset[int]]]] = defaultdict(list)
    rows = [row for row in registers.tables["callback_attempts"] if row["verdict"] == "counted"]
    for row in sorted(rows, key=lambda row: moment(row["attempted_at"])):
        if row["outcome"] in IN_VAIN and (part := part_of(moment(row["attempted_at"]))):
            before = found[row["callback_code"]][-1][2] if found[row["callback_code"]] else frozenset()
            used = (before if len(before) < len(PARTS) else frozenset()) | {part}
            found[row["callback_code"]].append((moment(row["attempted_at"]), moment(row["judged_at"]), used))
    return found


def _compare_evenness(registers: Registers, found: Recount) -> None:
    """Nobody has two more than a colleague who could take one: neither promised, nor in parts the colleague is off."""
    used = _open_parts(registers)
    callbacks = {row["callback_code"]: row for row in registers.tables["callbacks"]}
    group_of = {row["staff_code"]: row["community_code"] for row in registers.agents}
    lines: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    mended: set[tuple[str, str]] = set()
    for row in registers.tables["callback_lists"]:
        key = row["work_date"], group_of[row["staff_code"]]
        if row["withdrawn_at"] or row["why_agent"] == "reassigned" or int(row["edition"]) > 1:
            mended.add(key)
        if not row["withdrawn_at"]:
            lines[key][row["staff_code"]].append(row)
    uneven = []
    for (work_date, group), held in sorted(lines.items()):
        on = date.fromisoformat(work_date)
        present = registers.agents_of(group, on)
        loads = {code: len(held.get(code, ())) for code in present}
        if len(loads) < 2:
            found.figures["group-days with one agent"] += 1
            continue
        found.figures["group-days"] += 1
        spread = max(loads.values()) - min(loads.values())
        found.figures["group-days even within one"] += spread <= 1
        found.figures["widest difference of a group-day"] = max(
            found.figures["widest difference of a group-day"], spread
        )
        if spread <= 1:
            continue
        if (work_date, group) in mended:
            found.figures["uneven after a colleague was called away"] += 1
            continue
        movable = _movable(held, loads, present, at(on, MORNING), used, callbacks, registers.capacity)
        if movable:
            uneven.append(f"{work_date} {group or 'company'}: {loads}, {movable}")
        else:
            found.figures["uneven by shifts, parts tried or promises"] += 1
    found.hold("uneven without need", uneven)


def _movable(
    held: dict[str, list[Row]],
    loads: dict[str, int],
    present: dict[str, frozenset[int]],
    morning: datetime,
    used: dict[str, list[tuple[datetime, datetime, frozenset[int]]]],
    callbacks: dict[str, Row],
    most: int,
) -> str:
    """A callback that somebody could take from a colleague who has two more; empty: there is none."""
    for code, rows in sorted(held.items()):
        takers = [other for other in present if loads.get(code, 0) - loads[other] >= 2]
        for row in rows:
            if row["call_at"] or row["why_agent"] == "promised":
                continue
            tried = [parts for _on, known, parts in used.get(row["callback_code"], ()) if known <= morning]
            spent = tried[-1] if tried and len(tried[-1]) < len(PARTS) else frozenset()
            begin = moment(callbacks[row["callback_code"]]["not_before"])
            if any(on < morning < known for on, known, _parts in used.get(row["callback_code"], ())):
                continue  # what was known that morning has been judged anew since
            for other in takers:
                fitting = present[other] - spent
                late = {no for no in fitting if at(day_here(morning), PARTS[no][1]) - LEAST >= begin}
                if (
                    len(late) >= int(row["tries"])
                    and sum(int(line["tries"]) for line in held.get(other, ())) + int(row["tries"]) <= most
                ):
                    return f"{row['callback_code']} from {code} to {other}"
    return ""


# -- tries and warnings -----------------------------------------------------------------------------------------------


def _compare_attempts(registers: Registers, found: Recount) -> None:
    communities = {row["callback_code"]: row["community_code"] for row in registers.tables["callbacks"]}
    counted: dict[str, list[Row]] = defaultdict(list)
    promised = {
        row["callback_code"]
        for row in registers.tables["callback_attempts"]
        if row["outcome"] == "call_later" and row["verdict"] != "counted"
    }
    for row in registers.tables["callback_attempts"]:
        found.figures[f"tries {row['verdict']}"] += 1
        if row["reason"]:
            found.figures[f"tries {row['reason']}"] += 1
        if row["verdict"] == "counted":
            counted[row["callback_code"]].append(row)
    outside, many, soon, same = [], [], [], []
    for code, rows in counted.items():
        tries = sorted(moment(row["attempted_at"]) for row in rows if row["outcome"] in IN_VAIN)
        outside += [
            f"{code} {on}"
            for on in tries
            if part_of(on) is None or not registers.is_called(communities[code], day_here(on))
        ]
        many += [code] if len(tries) > MOST_TRIES else []
        soon += [f"{code} {second}" for first, second in pairwise(tries) if second < first + APART]
        parts = [part_of(on) for on in tries[: len(PARTS)]]
        same += [f"{code} {tries}"] if len(set(parts)) < len(parts) and code not in promised else []
    found.hold("tries outside hours or on days off", outside)
    found.hold("more than three tries", many)
    found.hold("less than three hours apart", soon)
    found.hold("twice in one part of the day", same)
    read = {(row["callback_code"], row["attempted_at"]) for row in registers.tables["callback_attempts"]}
    results = [row for row in registers.tables["callback_results"] if moment(row["attempted_at"]) <= found.last]
    found.hold(
        "results nobody judged", [row for row in results if (row["callback_code"], row["attempted_at"]) not in read]
    )
    found.figures["results"] = len(results)


def _compare_warnings(registers: Registers, found: Recount) -> None:
    warned: dict[str, datetime] = {}
    for row in registers.tables["callback_warnings"]:
        on = moment(row["warned_at"])
        warned[row["callback_code"]] = min(on, warned.get(row["callback_code"], on))
    late = [
        _key(row)
        for row in registers.tables["callback_contacts"]
        if row["missed_reason"] in ("no_capacity", "no_agent")
        and not warned.get(row["callback_code"], at(date.max - timedelta(1))) < moment(row["due_by"])
    ]
    found.hold("missed for want of people without a warning before", late)


def _compare_reasons(registers: Registers, found: Recount) -> None:
    """What is said to have been tried was tried, what was not made stood on a list, what found no room on none."""
    listed: dict[str, list[date]] = defaultdict(list)
    for row in registers.tables["callback_lists"]:
        if not row["withdrawn_at"]:  # taken off: the agent was away
            listed[row["callback_code"]].append(date.fromisoformat(row["work_date"]))
    tried = {row["callback_code"] for row in registers.tables["callback_attempts"] if row["verdict"] == "counted"}
    untrue = []
    for row in registers.tables["callback_contacts"]:
        why, code = row["missed_reason"], row["callback_code"]
        moved_from = json.loads(row["explanation"] or "{}").get("moved_from", "")
        first, last = day_here(moment(row["not_before"])), day_here(moment(row["due_by"]))
        was_listed = any(first <= on <= last for on in (*listed[code], *listed[moved_from]))
        is_so = {
            "": True,
            "not_reached": code in tried,
            "not_made": was_listed or row["channel"] == "manager" or code.startswith("L"),
            "no_answer_by_mail": row["channel"] == "mail" or bool(row["channel_reason"]) or bool(row["closed_at"]),
            "no_capacity": not was_listed,
            "no_agent": not was_listed,
        }
        if not is_so.get(why, False):
            untrue.append(f"{_key(row)}: {why}")
    found.hold("missed for a reason that is not so", untrue)
