"""One week of a small house, worked by hand: what the tests of the weekly figures look at.

The week runs from Friday 13 November 2026 15:00 to Friday the 20th 15:00. Communities 001 and 002 lie in the East, 003,
served since the 16th only, in the West. Every subject has something right before, in and right after the week.
"""

from __future__ import annotations

from typing import Any, Final

from tests.database.reports_house import REGIONS, ReportsHouse, at, on

RUN: Final = 900


def play_week(house: ReportsHouse) -> None:
    """Write everything that happened."""
    for code in REGIONS:
        house.community(code, live_from="2026-11-16" if code == "003" else "2026-09-01")
    house.add("runs", {"run_id": RUN, "run_code": "before", "pipeline": "test", "as_of": at("01 00:00")} | _RUN)
    house.staff("S1", team_code="T1")
    house.staff("S2", community="001", team_code="T2")
    _cases(house)
    _calls(house)
    _people(house)
    _callbacks(house)
    _vacancy(house)
    _money(house)
    _quality(house)
    _custody(house)


_RUN: Final = {"started_at": at("01 00:00"), "state": "succeeded", "detail": {}}


def _cases(house: ReportsHouse) -> None:
    house.case("A1", "12 10:00", "14 10:00 resolved")
    house.case("A2", "13 14:59", kind="complaint", department="Works")
    house.case("A3", "13 15:00", "20 14:59 resolved", kind="repair", area="in_home")
    house.case("A4", "16 10:00", "17 09:00 resolved", "18 10:00 reopened", kind="repair", area="public")
    house.case("A5", "10 10:00", "11 09:00 resolved", "16 10:00 reopened", "19 10:00 resolved")
    house.case("A6", "20 15:00")
    house.case("A7", "10 10:00", "12 10:00 resolved", "14 10:00 closed")
    house.case("B1", "17 10:00", community="002", kind="suggestion", department="Desk", feedback_class="market_demand")
    house.case("B2", "18 10:00", community="002", kind="repair", area="public", urgency="emergency")
    house.case("C1", "17 10:00", "18 09:00 resolved", community="003", kind="complaint", department="Works")
    house.case("C2", "13 16:00", community="003")  # before it was served


def _calls(house: ReportsHouse) -> None:
    for number, (staff, start, answered, queue, direction) in enumerate(
        (
            ("S1", "13 14:59", True, 5, "in"),
            ("S1", "13 15:00", True, 10, "in"),
            ("S1", "16 09:00", True, 20, "in"),
            ("S1", "16 10:00", False, None, "in"),
            ("S1", "16 11:00", True, None, "out"),
            ("S2", "17 09:00", True, 30, "in"),
            ("S2", "20 15:00", True, 40, "in"),
        )
    ):
        row = {"staff_code": staff, "started_at": at(start), "ended_at": at(start), "answered": answered}
        house.add("calls", row | {"call_code": f"L{number}", "direction": direction, "queue_seconds": queue})


def _people(house: ReportsHouse) -> None:
    for staff, day, attendance, minutes in (
        ("S1", "13", "present", 0),
        ("S1", "16", "present", 456),
        ("S1", "17", "absent", None),
        ("S1", "18", "leave", None),
        ("S1", "19", "planned", None),
        ("S2", "16", "present", 500),
        ("S2", "17", "present", None),
    ):
        shift = {"shift_date": on(day), "starts_at": at(f"{day} 09:00"), "ends_at": at(f"{day} 17:00")}
        house.add("roster", {"staff_code": staff} | shift | {"attendance": attendance, "logged_in_minutes": minutes})


def _callbacks(house: ReportsHouse) -> None:
    for number, (due, state, closed) in enumerate(
        (
            ("18 17:00", "reached", "17 10:00"),
            ("18 17:00", "planned", None),
            ("19 17:00", "reached", "20 16:00"),
            ("19 17:00", "cancelled", "18 10:00"),
            ("20 15:00", "planned", None),
        )
    ):
        code = f"H{number}"
        shared: dict[str, Any] = {
            "callback_code": code,
            "community_code": "001",
            "not_before": at("10 09:00"),
            "due_by": at(due),
            "state": state,
            "closed_at": at(closed) if closed else None,
            "channel": "manager",
        }
        house.add("callbacks", shared | {"rules": "R", "priority": 1})
        contact = {"rule_code": "R", "subject": f"case:{number}", "occasion": "1", "trigger": "repair_resolved"}
        house.add(
            "callback_contacts",
            shared | contact | {"triggered_at": at("10 09:00"), "priority": 1, "max_attempts": 3, "explanation": {}},
        )
    for code, when, rating, verdict in (
        ("H0", "17 10:00", 5, "counted"),
        ("H1", "18 10:00", 2, "counted"),
        ("H1", "18 10:01", 1, "superseded"),
        ("H2", "20 16:00", 4, "counted"),
    ):
        call = {"callback_code": code, "attempted_at": at(when), "staff_code": "S1", "outcome": "reached"}
        house.add("callback_results", call | {"satisfaction": rating})
        judged = {"edition": 1, "verdict": verdict, "content_digest": "x", "judged_at": at(when), "run_id": RUN}
        house.add("callback_attempts", call | {"satisfaction": rating} | judged)


def _vacancy(house: ReportsHouse) -> None:
    house.add("customers", {"customer_code": "C", "customer_name": "C", "customer_type": "owner"})
    for code, use, handed_over in (
        ("u1", "residential", "2020-01-01"),
        ("u2", "residential", None),
        ("u3", "office", "2020-01-01"),
        ("p1", "parking", "2020-01-01"),
    ):
        place = {"community_code": "001", "building_code": "A", "unit_code": code, "unit_use": use, "area_m2": 90}
        house.add("units", place | {"handover_date": on(handed_over) if handed_over else None})
    lives = {"community_code": "001", "unit_code": "u1", "customer_code": "C", "role": "owner", "pays_fees": True}
    house.add("occupancies", lives | {"start_date": on("2020-01-01")})
    house.add(
        "vacancies",
        {"community_code": "001", "unit_code": "u2", "reason": "unsold", "start_date": on("09-01"), "end_date": None},
    )
    for number, (due, state, visited, case) in enumerate(
        (
            ("12", "done", "12 10:00", None),
            ("13", "done", "13 16:00", None),
            ("18", "not_entered", "18 10:00", "B2"),
            ("19", "done", "20 15:00", None),
            ("20", "planned", None, None),
        )
    ):
        code = f"I{number}"
        house.add(
            "inspections",
            {
                "inspection_code": code,
                "plan": "monthly",
                "period": "2026-11",
                "community_code": "001",
                "unit_code": "u2",
                "due_on": on(due),
                "state": state,
                "occasion": code,
                "building_code": "A",
                "planned_on": on("01"),
                "checklist": "",
                "inspected_at": at(visited) if visited else None,
                "finding_case_code": case,
            },
        )
        if visited:
            visit = {"inspection_code": code, "inspected_at": at(visited)}
            result = {"staff_code": "S2", "entered": state == "done", "finding": "leak" if case else None}
            house.add("inspection_results", visit | result)
            judged = {"verdict": "counted", "content_digest": "x", "case_code": case, "run_id": RUN}
            house.add("inspection_visits", visit | judged)


def _money(house: ReportsHouse) -> None:
    house.add(
        "billing_runs",
        {
            "run_code": "O",
            "period": "2026-10",
            "community_code": "001",
            "state": "posted",
            "kind": "opening",
            "attempt": 1,
            "post_no": 1,
            "drafted_at": at("01 00:00"),
            "posted_at": at("01 00:00"),
            "posted_on": on("01"),
            "due_on": on("16"),
        },
    )
    who = {"community_code": "001", "unit_code": "u1", "customer_code": "C"}
    for code, total, due in (
        ("b0", 70, "12"),
        ("b1", 100, "16"),
        ("b2", 50, "20"),
        ("b3", 30, "08-01"),
        ("b4", 20, "21"),
    ):
        bill = {"bill_code": code, "run_code": "O", "period": "2026-10", "total": total, "due_on": on(due)}
        house.add("bills", bill | who)
    for code, amount, when in (
        ("b0", 70, "12 10:00"),
        ("b1", 60, "18 10:00"),
        ("b1", 15, "20 15:00"),
    ):
        paid = {"source_kind": "payment", "source_code": f"P{when}", "batch_no": 0, "bill_code": code, "amount": amount}
        house.add("allocations", paid | who | {"allocated_on": at(when).date(), "allocated_at": at(when)})


def _quality(house: ReportsHouse) -> None:
    for code, ends in (("W2026-46", "16 00:00"), ("W2026-47", "23 00:00")):
        house.add(
            "quality_draws",
            {
                "draw_code": code,
                "kind": "weekly",
                "period": code,
                "section": "company",
                "frame_from": at("09 00:00"),
                "frame_to": at(ends),
                "seed_word": "w",
                "random_seed": 1,
                "risk_seed": 2,
                "double_seed": 3,
                "frame_digest": "x",
                "frame_items": 10,
                "population": 10,
                "explanation": {},
                "drawn_at": at(ends),
                "due_on": on("20"),
            },
        )
    for number, (draw, reason, probability, score, critical, scored) in enumerate(
        (
            ("W2026-46", "random", "0.5", 80, True, "18 10:00"),
            ("W2026-46", "risk", "0.25", 100, False, "19 10:00"),
            ("W2026-46", "random", "0.5", 0, True, "20 15:00"),
            ("W2026-46", "top_up", "0.5", 0, True, "18 10:00"),
            ("W2026-46", "random", "0.5", None, None, None),
            ("W2026-47", "random", "0.5", 0, True, "18 10:00"),
        )
    ):
        house.add(
            "samples",
            {
                "sample_code": f"Q{number}",
                "period": draw,
                "stratum": "s",
                "subject_kind": "call",
                "subject_code": f"L{number}",
                "staff_code": "S2",
                "reason": reason,
                "probability": probability,
                "draw_code": draw,
                "community_code": "001",
                "state": "scored" if scored else "waiting",
                "score": score,
                "is_critical": critical,
                "scored_at": at(scored) if scored else None,
            },
        )


def _custody(house: ReportsHouse) -> None:
    for code, found, claimed in (
        ("F1", "15 10:00", None),
        ("F2", "15 10:00", "16 10:00"),
        ("F3", "19 10:00", "20 15:00"),
        ("F4", "20 15:00", None),
    ):
        row = {"item_code": code, "found_at": at(found), "item": "umbrella", "valuable": False}
        house.add("found_property", row | {"claimed_at": at(claimed) if claimed else None})
    _handed_over(house)
    for code, lent, back in (("K1", "18 10:00", None), ("K2", "18 10:00", "19 10:00"), ("K3", "20 10:00", None)):
        row = {"loan_code": code, "community_code": "001", "borrower": "x", "borrowed_at": at(lent)}
        house.add("key_loans", row | {"returned_at": at(back) if back else None})
    for when, normal in (("13 14:00", False), ("16 09:00", False), ("17 09:00", True)):
        house.add("device_checks", {"staff_code": "S2", "checked_at": at(when), "device": "phone", "normal": normal})


def _handed_over(house: ReportsHouse) -> None:
    """Things told over to administration: F5 to F7 before the week's end, F1 at its last instant's end."""
    for code in ("F5", "F6", "F7"):
        house.add("found_property", {"item_code": code, "found_at": at("03 10:00"), "item": "ring", "valuable": True})
    for code, step, told in (
        ("F1", "handed_over", "20 15:00"),
        ("F5", "to_administration", "20 14:59"),
        ("F6", "handed_over", "13 15:00"),
        ("F7", "disposal", "12 18:00"),
    ):
        row = {"step": step, "subject": code, "due_on": on("03"), "told_at": at(told), "list_code": "X", "run_id": RUN}
        house.add("custody_steps", row)
