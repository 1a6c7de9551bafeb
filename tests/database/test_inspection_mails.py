"""Mails of the inspections: each fact told once, to the right people, in their language and scope, in plain words."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import text

from guanjia.pipelines.vacancy_inspections.figures import measure_coverage, measure_spot_checks
from guanjia.pipelines.vacancy_inspections.served import begin
from guanjia.store.sql import query
from tests.conftest import Database
from tests.database.mail_house import BASE, COMMUNITIES, MailHouse, build_mail_house, morning, on


@pytest.fixture
def house(database: Database) -> MailHouse:
    return build_mail_house(database)


def _nothing(counts: dict[str, int]) -> bool:
    return set(counts.values()) == {0}


# -- worklists --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("INS-02")
def test_each_inspector_gets_one_mail_a_day_with_the_workbook_and_the_page(house: MailHouse) -> None:
    for number in (1, 2, 3):
        house.unit(f"02060{number}")
        house.inspection(f"M2611-001-{number}", f"02060{number}")
        house.listed(f"M2611-001-{number}", position=number)
    assert house.tell("11-20")["lists_told"] == 3
    mail = house.mail("inspection_worklist")
    assert mail.recipient == "i001@example.com"
    assert [mail.text.index(f"{n}. 02060{n}") for n in (1, 2, 3)] == sorted(
        mail.text.index(f"{n}. 02060{n}") for n in (1, 2, 3)
    )
    assert [name.rpartition(".")[2] for name in mail.files] == ["xlsx", "pdf"]
    assert _nothing(house.tell("11-20"))
    assert len(house.mails()) == 1


@pytest.mark.rule("INS-02")
def test_a_list_that_has_grown_comes_again_with_what_is_left_and_the_new_is_marked(house: MailHouse) -> None:
    for number, state in ((1, "planned"), (2, "done"), (3, "planned")):
        house.unit(f"02060{number}")
        house.inspection(f"M2611-001-{number}", f"02060{number}", state=state)
        if number < 3:
            house.listed(f"M2611-001-{number}", position=number)
    house.tell("11-20")
    house.listed("M2611-001-3", position=3)
    assert house.tell("11-20")["lists_told"] == 1
    first, second = house.mails("inspection_worklist")
    assert (first.edition, second.edition) == (1, 2)
    assert "020603" in second.text and "020601" in second.text
    assert "020602" not in second.text, "it is done"
    assert "新增" in second.text


def test_lists_of_yesterday_that_were_never_mailed_are_not_mailed_today(house: MailHouse) -> None:
    house.unit("020601")
    house.inspection("M2611-001-1", "020601")
    house.listed("M2611-001-1", day="11-19")
    assert _nothing(house.tell("11-20"))


def test_carried_over_and_tried_again_are_marked_and_what_holds_everywhere_is_said_once(house: MailHouse) -> None:
    house.unit("020601")
    house.unit("020602")
    house.unit("020603")
    house.inspection("M2611-001-1", "020601", due_on=on("11-18"), checklist=f"{BASE},ventilation")
    house.inspection("M2611-001-2", "020602", state="not_entered")
    house.inspection("M2611-001-3", "020603")
    house.listed("M2611-001-1", position=1, is_carried_over=True)
    house.listed("M2611-001-2", position=2, is_carried_over=True)
    house.listed("M2611-001-3", position=3)
    house.tell("11-20")
    mail = house.mail("inspection_worklist")
    assert "原定 11-18，顺延" in mail.text
    assert "上次未入户" in mail.text
    assert mail.text.count("开窗通风") == 1
    assert mail.text.count("水阀电闸已关") == 1


@pytest.mark.rule("INS-02")
def test_the_list_of_an_inspector_without_an_address_goes_to_the_head_saying_for_whom(house: MailHouse) -> None:
    house.add("staff", staff_code="I000", staff_name="赵巡", role="inspector", email=None)
    for code in ("001", "002"):
        house.unit("020601", code)
        house.inspection(f"M2611-{code}-1", "020601", code, staff_code="I000")
    house.listed("M2611-001-1", "I000", 1)
    house.listed("M2611-002-1", "I000", 2)
    assert house.tell("11-20")["lists_told"] == 2
    assert house.told("inspection_worklist") == ["m001@example.com", "m002@example.com"]
    mine = house.mail("inspection_worklist", "m001@example.com")
    assert "赵巡" in mine.subject
    assert "澄庭雅苑" in mine.text
    assert "梧桐里" not in mine.text + mine.html, "the other community's part is not for this head"
    assert _nothing(house.tell("11-20"))


@pytest.mark.rule("INS-04")
def test_a_storm_s_units_name_the_event_and_the_deadline(house: MailHouse) -> None:
    deadline = morning("11-21") + timedelta(hours=12)
    house.unit("020601")
    house.add(
        "weather_events",
        event_code="W1",
        plan="severe_weather",
        event="台风海燕",
        areas="001",
        deadline=deadline,
        includes_basements=False,
        started_at=morning("11-20"),
    )
    storm = {"plan": "severe_weather", "period": "W1", "deadline": deadline, "checklist": f"{BASE},storm"}
    house.inspection("W1-001-020601", "020601", **storm)
    house.listed("W1-001-020601")
    counts = house.tell("11-20")
    assert (counts["lists_told"], counts["events_told"]) == (1, 1)
    assert "台风海燕" in house.mail("inspection_worklist").text
    assert "18:00" in house.mail("inspection_worklist").text
    assert house.told("inspection_event") == ["m001@example.com"]
    assert _nothing(house.tell("11-20"))


@pytest.mark.rule("INS-06")
def test_spot_checks_go_to_the_head_apart_and_once(house: MailHouse) -> None:
    house.unit("020601")
    visited = morning("10-12")
    done = {"state": "done", "period": "2026-10", "inspected_at": visited, "inspected_by": "I001"}
    house.inspection("M2610-001-1", "020601", **done)
    spot = {"plan": "spot_check", "period": "2026-10", "staff_code": "M001", "checks_code": "M2610-001-1"}
    house.inspection("S2610-001-1", "020601", **spot, checklist=f"{BASE},spot_check")
    house.listed("S2610-001-1", "M001")
    house.tell("11-20")
    mail = house.mail("spot_check_list")
    assert mail.recipient == "m001@example.com"
    assert "澄巡检员" in mail.text
    assert len(mail.files) == 2
    assert _nothing(house.tell("11-20"))


# -- owners -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("INS-07")
def test_an_owner_learns_what_counts_what_changes_and_what_to_do(house: MailHouse) -> None:
    house.unit("020604")
    house.owner("020604", "王小明", "wang@example.com")
    case = {"case_code": "GJ-KZ1", "kind": "repair", "urgency": "ordinary", "opened_at": morning("11-20")}
    house.add("cases", community_code="001", unit_code="020604", **case)
    house.apply("KZ1", "020604", "12-01", "2027-03-31", case_code="GJ-KZ1")
    assert house.tell("11-20")["registrations_told"] == 1
    mail = house.mail("vacancy_registration")
    assert mail.recipient == "wang@example.com"
    for words in ("2026年12月1日至2027年3月31日", "121 天", "50%", "2027年4月1日", "1 吨", "5 度", "GJ-KZ1", "水阀"):
        assert words in mail.text, words
    assert _nothing(house.tell("11-20"))
    assert _nothing(house.tell("11-21"))


@pytest.mark.rule("INS-08")
def test_the_letter_speaks_the_owner_s_language_and_names_the_community_s_limits(house: MailHouse) -> None:
    house.add("settings", setting="vacancy_water_limit", community_code="001", value="2.5")
    house.unit("020604")
    house.owner("020604", "John Smith", "john@example.com", language="en")
    house.apply("KZ1", "020604", "12-01", "2027-03-31")
    house.tell("11-20")
    mail = house.mail("vacancy_registration")
    assert mail.language == "en"
    assert "1 Dec 2026 to 31 Mar 2027" in mail.text
    assert "2.5 t of water" in mail.text


@pytest.mark.rule("INS-07")
@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("too_short", "2027年3月1日"),
        ("identity_not_checked", "身份证"),
        ("no_meter_reading", "抄录水表、电表读数"),
        ("overlapping", "2026年12月31日"),
    ],
)
def test_a_refusal_says_why_and_what_to_do(house: MailHouse, reason: str, words: str) -> None:
    house.unit("020604")
    house.owner("020604", "王小明", "wang@example.com")
    house.apply("KZ0", "020604", "09-02", "12-30", told_at=morning("09-02"))
    overlaps = "KZ0" if reason == "overlapping" else None
    house.apply("KZ1", "020604", "12-01", "2027-02-15", state="refused", reason=reason, overlaps_code=overlaps)
    house.tell("11-20")
    mail = house.mail("vacancy_registration")
    assert "未受理" in mail.subject
    assert words in mail.text


@pytest.mark.rule("INS-07")
def test_a_withdrawn_acceptance_and_changed_days_are_told_as_such(house: MailHouse) -> None:
    for unit in ("020604", "020605"):
        house.unit(unit)
        house.owner(unit, f"王{unit}", f"o{unit}@example.com")
        case = {"kind": "repair", "urgency": "ordinary", "opened_at": morning("11-20")}
        house.add("cases", case_code=f"GJ-{unit}", community_code="001", unit_code=unit, **case)
        house.apply(f"KZ{unit}", unit, "12-01", "2027-03-31", case_code=f"GJ-{unit}")
    house.tell("11-20")
    house.execute(
        "UPDATE vacancy_registrations SET state = 'refused', reason = 'identity_not_checked', first_day = NULL, "
        "last_day = NULL, told_at = NULL WHERE application_code = 'KZ020604'"
    )
    house.execute(
        "UPDATE vacancy_registrations SET last_day = '2027-02-28', told_at = NULL WHERE application_code = 'KZ020605'"
    )
    assert house.tell("11-21")["registrations_told"] == 2
    withdrawn = house.mails("vacancy_registration", "o020604@example.com")[1]
    changed = house.mails("vacancy_registration", "o020605@example.com")[1]
    assert "撤销" in withdrawn.subject
    assert "有变" in changed.subject and "2027年2月28日" in changed.text
    assert (withdrawn.edition, changed.edition) == (2, 2)


@pytest.mark.rule("INS-07")
def test_applications_from_before_the_community_was_served_are_not_told(house: MailHouse) -> None:
    house.unit("020604")
    house.owner("020604", "王小明", "wang@example.com")
    house.apply("KZ1", "020604", "08-01", "12-05", applied_on=on("08-31"))
    assert _nothing(house.tell("11-20"))


@pytest.mark.rule("INS-07")
def test_an_owner_without_an_address_stands_on_the_head_s_list_masked(house: MailHouse) -> None:
    house.unit("020604")
    house.unit("020605")
    house.owner("020604", "王小明", None)
    house.apply("KZ1", "020604", "12-01", "2027-03-31")
    house.apply("KZ2", "020605", "12-01", "2027-03-31")
    house.subscribe("boss@example.com", "company")
    assert house.tell("11-20")["registrations_told"] == 2
    mail = house.mail("inspection_notes")
    assert mail.recipient == "m001@example.com", "the head alone calls owners"
    assert "王*" in mail.text and "王小明" not in mail.text + mail.html
    assert "登记册中无业主" in mail.text
    assert "13812345678" not in mail.text + mail.html
    assert _nothing(house.tell("11-20"))


@pytest.mark.rule("INS-07")
def test_both_owners_of_a_unit_are_told_and_a_former_owner_is_not(house: MailHouse) -> None:
    house.unit("020604")
    house.owner("020604", "王小明", "wang@example.com")
    house.owner("020604", "李四", "li@example.com")
    house.owner("020604", "老业主张", "zhang@example.com", end_date=on("2024-12-31"), start_date=on("2010-01-01"))
    house.apply("KZ1", "020604", "12-01", "2027-03-31")
    house.tell("11-20")
    assert house.told("vacancy_registration") == ["li@example.com", "wang@example.com"]


def _ending(house: MailHouse, end: str, **values: object) -> None:
    house.unit("020604")
    house.owner("020604", "王小明", "wang@example.com")
    told = {"applied_on": on("09-01"), "told_at": morning("09-02")}
    house.apply("KZ1", "020604", "09-01", end, **(told | values))


@pytest.mark.rule("INS-07")
def test_reminders_come_30_and_7_days_before_the_end_and_once(house: MailHouse) -> None:
    _ending(house, "12-20")
    sent = []
    for day in range(15, 31):
        if house.tell(f"11-{day}")["reminders"]:
            sent.append(f"11-{day}")
    for day in range(1, 22):
        if house.tell(f"12-{day:02}")["reminders"]:
            sent.append(f"12-{day:02}")
    assert sent == ["11-20", "12-13"]
    first, last = house.mails("vacancy_reminder")
    assert "30 天" in first.text and "7 天" in last.text
    assert house.value("SELECT count(*) FROM vacancy_reminders") == 2


@pytest.mark.rule("INS-07")
def test_after_an_outage_only_the_latest_reminder_is_sent(house: MailHouse) -> None:
    _ending(house, "12-20")
    assert house.tell("12-16")["reminders"] == 1
    assert _nothing(house.tell("12-17"))
    assert "4 天" in house.mail("vacancy_reminder").text
    assert house.value("SELECT max(days_before) FROM vacancy_reminders") == 7


@pytest.mark.rule("INS-07")
def test_none_when_ended_early_or_when_a_renewal_follows_on(house: MailHouse) -> None:
    _ending(house, "12-20", ended_on=on("12-10"))
    assert _nothing(house.tell("12-05"))
    house.unit("020605")
    house.owner("020605", "李四", "li@example.com")
    told = {"applied_on": on("09-01"), "told_at": morning("09-02")}
    house.apply("KZ2", "020605", "09-01", "12-20", **told)
    house.apply("KZ3", "020605", "12-21", "2027-06-30", **told)
    assert _nothing(house.tell("12-05"))


@pytest.mark.rule("INS-07")
def test_an_acceptance_told_near_the_end_is_the_reminder_too(house: MailHouse) -> None:
    _ending(house, "12-10", told_at=None)
    counts = house.tell("11-20")
    assert (counts["registrations_told"], counts["reminders"], counts["mails_written"]) == (1, 1, 1)
    assert "20 天" in house.mail("vacancy_registration").text
    assert house.tell("12-03")["reminders"] == 1


@pytest.mark.rule("INS-07")
def test_an_end_moved_out_is_reminded_of_anew(house: MailHouse) -> None:
    _ending(house, "12-20")
    house.tell("11-20")
    house.execute("UPDATE vacancy_applications SET end_date = '2026-12-28'")
    house.execute("UPDATE vacancy_registrations SET last_day = '2026-12-28'")
    assert _nothing(house.tell("11-25"))
    assert house.tell("11-28")["reminders"] == 1
    assert [("12月20日" in mail.subject, "12月28日" in mail.subject) for mail in house.mails("vacancy_reminder")] == [
        (True, False),
        (False, True),
    ]


# -- findings ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("INS-05")
def test_a_finding_is_told_at_once_to_who_is_responsible_and_to_the_subscribers_in_scope(house: MailHouse) -> None:
    house.unit("020604")
    house.inspection("M2611-001-1", "020604", state="done")
    house.finding("M2611-001-1", finding="厨房渗水，业主电话 13812345678")
    house.subscribe("east@example.com", "region:东区")
    house.subscribe("west@example.com", "region:西区")
    house.subscribe("boss@example.com", "company", "en")
    assert house.tell("11-20")["findings_told"] == 1
    assert house.told("inspection_finding") == ["boss@example.com", "east@example.com", "l001@example.com"]
    mail = house.mail("inspection_finding", "l001@example.com")
    for words in ("020604", "厨房渗水", "水电未关", "澄巡检员", "I001", "GJ-M2611-001-1"):
        assert words in mail.text, words
    assert "13812345678" not in mail.text + mail.html
    assert house.mail("inspection_finding", "boss@example.com").language == "en"
    assert _nothing(house.tell("11-20"))


@pytest.mark.rule("INS-05")
def test_who_is_responsible_is_a_setting_and_an_unfilled_post_falls_to_the_head(house: MailHouse) -> None:
    house.add("settings", setting="inspection_responsible_role", value="technician")
    house.unit("020604")
    house.inspection("M2611-001-1", "020604", state="done")
    house.finding("M2611-001-1")
    house.tell("11-20")
    assert house.told("inspection_finding") == ["m001@example.com"]


@pytest.mark.rule("INS-05")
def test_what_nobody_can_be_told_of_waits_until_somebody_can(house: MailHouse) -> None:
    house.execute("UPDATE staff SET email = NULL")
    house.unit("020604")
    house.inspection("M2611-001-1", "020604", state="done")
    house.finding("M2611-001-1")
    assert _nothing(house.tell("11-20"))
    house.subscribe("boss@example.com", "company")
    assert house.tell("11-21")["findings_told"] == 1


# -- managers ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("INS-02")
def test_the_plan_of_a_month_is_told_once_with_what_has_no_inspector(house: MailHouse) -> None:
    house.execute("UPDATE inspection_progress SET plan_told_for = '2026-10'")
    for number in range(5):
        house.unit(f"02060{number}")
        staff = None if number == 4 else "I001"
        house.inspection(f"M2611-001-{number}", f"02060{number}", staff_code=staff, due_on=on(f"11-0{2 + number % 2}"))
    house.unit("B01", unit_use="basement")
    house.inspection("B2611-001-B01", "B01", plan="basement", due_on=on("11-02"))
    counts = house.tell("11-20")
    assert counts["plans_told"] == 1
    mail = house.mail("inspection_plan")
    assert mail.recipient == "m001@example.com"
    assert "2026年11月巡检计划：6 户次" in mail.subject
    assert "无人巡检: 1" in mail.text
    assert mail.files == ("巡检计划-2026-11.xlsx",)
    assert _nothing(house.tell("11-20"))
    assert _nothing(house.tell("11-21"))


@pytest.mark.rule("INS-08")
def test_letters_to_owners_say_the_share_that_is_billed(house: MailHouse) -> None:
    house.add("settings", setting="vacancy_factor", community_code="001", value="0.375")
    house.unit("020604")
    house.owner("020604", "王一", "w@example.com")
    house.apply("KZ1", "020604", "11-21", "2027-03-31")
    house.tell("11-20")
    mail = house.mail("vacancy_registration")
    assert "37.5%" in mail.text and "50%" not in mail.text


@pytest.mark.rule("INS-02")
def test_missed_inspections_are_escalated_with_the_month_s_two_figures(house: MailHouse) -> None:
    states = ["done"] * 6 + ["not_entered"] * 2 + ["missed"] * 2 + ["cancelled"]
    for number, state in enumerate(states):
        house.unit(f"0206{number:02}")
        missed = morning("11-01") if state == "missed" else None
        house.inspection(f"M2610-001-{number}", f"0206{number:02}", period="2026-10", state=state, missed_at=missed)
    assert house.tell("11-01")["missed_told"] == 2
    mail = house.mail("inspection_missed")
    assert mail.recipient == "m001@example.com"
    assert "2026年10月漏检 2 户" in mail.subject
    assert "80.0 %" in mail.text and "60.0 %" in mail.text
    assert "020608" in mail.text and "020609" in mail.text
    assert "整月未入户（2）" in mail.text and "020606" in mail.text and "020607" in mail.text
    assert mail.files == ()
    assert _nothing(house.tell("11-01"))
    assert _nothing(house.tell("11-02"))


def test_missed_fit_out_visits_are_told_once_with_the_month_they_belong_to(house: MailHouse) -> None:
    for number, (day, missed) in enumerate((("11-09", "11-10"), ("11-10", "11-11"), ("12-01", "12-02")), start=1):
        house.unit(f"02070{number}")
        visit = {"plan": "fit_out", "occasion": f"2026-{day}", "due_on": on(day), "period": f"2026-{day[:2]}"}
        house.inspection(f"F{number}", f"02070{number}", **visit, state="missed", missed_at=morning(missed))
    for day in ("11-10", "11-11", "11-30"):
        assert house.tell(day)["missed_told"] == 0
    house.unit("020704")
    storm = {"plan": "severe_weather", "period": "W20261111-1", "due_on": on("11-11"), "deadline": morning("11-12")}
    house.inspection("W1", "020704", **storm, state="missed", missed_at=morning("11-13"))
    assert house.tell("11-30")["missed_told"] == 1, "a storm does not wait"
    assert house.tell("12-01")["missed_told"] == 2
    assert "020701" in house.mails("inspection_missed")[-1].text
    assert house.tell("12-31")["missed_told"] == 0


@pytest.mark.rule("INS-02")
def test_years_of_inspections_are_not_read_to_find_those_nobody_was_told_of(house: MailHouse) -> None:
    house.unit("020601")
    house.execute(
        "INSERT INTO inspections (inspection_code, plan, period, community_code, unit_code, due_on, state, occasion, "
        "building_code, planned_on, checklist, missed_told_at) "
        "SELECT 'F' || n, 'fit_out', '2026-10', '001', '020601', DATE '2026-10-01', 'missed', CAST(n AS text), "
        "'02', DATE '2026-10-01', '', CAST('2026-11-01 06:00+08' AS timestamptz) FROM generate_series(1, 20000) AS n"
    )
    with house.database.transaction("owner") as tx:
        tx.execute(text("ANALYZE inspections"))
    with house.database.transaction() as tx:
        begin(tx, morning("11-20"))
        tx.execute(text("ANALYZE inspected_communities"))
        statement = query("vacancy_inspections/find_untold_missed")
        plan = tx.execute(text(f"EXPLAIN {statement.statement.text}"), {"month_start": on("11-01")}).scalars().all()
    assert any("inspections_untold_idx" in line for line in plan), plan
    assert not any("Seq Scan on inspections" in line for line in plan), plan


@pytest.mark.rule("INS-02")
def test_a_long_list_of_missed_inspections_is_attached(house: MailHouse) -> None:
    for number in range(40):
        house.unit(f"0206{number:02}")
        missed = {"period": "2026-10", "state": "missed", "missed_at": morning("11-01")}
        house.inspection(f"M2610-001-{number}", f"0206{number:02}", **missed)
    house.tell("11-01")
    mail = house.mail("inspection_missed")
    assert mail.files == ("漏检清单-2026-11-01.xlsx",)
    assert "另有 20 项" in mail.text


@pytest.mark.rule("INS-09")
def test_an_occupied_month_is_told_once_with_use_and_limit_and_taken_back_when_corrected(house: MailHouse) -> None:
    house.unit("020604")
    house.apply(
        "KZ1", "020604", "09-01", "12-20", applied_on=on("09-01"), told_at=morning("09-02"), ended_on=on("12-19")
    )
    house.use("KZ1", "020604")
    house.use("KZ1", "020604", period="2026-11", water_use=1, is_occupied=False)
    assert house.tell("11-20")["occupied_months_told"] == 1
    mail = house.mail("inspection_notes")
    assert "3 吨" in mail.text and "标准 1 吨" in mail.text and "度" in mail.text and "2026年10月" in mail.text
    assert " t" not in mail.text.replace(" to", "") and "kWh" not in mail.text
    assert "2026年11月" not in mail.text.replace("2026年11月20日", "")
    assert _nothing(house.tell("11-20"))
    house.execute("UPDATE vacancy_use SET water_use = 1, is_occupied = FALSE WHERE period = '2026-10'")
    assert house.tell("11-21")["occupied_months_told"] == 1
    assert "不再按入住计费" in house.mails("inspection_notes")[1].text
    assert _nothing(house.tell("11-22"))


def test_months_from_before_the_community_was_served_are_not_told(house: MailHouse) -> None:
    house.unit("020604")
    house.apply("KZ1", "020604", "08-01", "12-20", applied_on=on("08-01"))
    house.use("KZ1", "020604", period="2026-08")
    assert _nothing(house.tell("11-20"))


def test_every_kind_of_remark_is_a_sentence_with_what_to_do_in_both_languages(house: MailHouse) -> None:
    from guanjia.i18n import gettext_for
    from guanjia.pipelines.vacancy_inspections.remark_words import REMARKS, remark_advice, remark_heading

    house.subscribe("boss@example.com", "company", "en")
    for kind in (*REMARKS, "something_new"):
        house.remark(kind, f"S-{kind}", unit=None, period="2026-11", units=3, utility="water", reading="7")
    assert house.tell("11-20")["remarks_told"] == len(REMARKS) + 1
    for recipient in ("m001@example.com", "boss@example.com"):
        mail = house.mail("inspection_notes", recipient)
        _ = gettext_for(mail.language)
        for kind in REMARKS:
            assert remark_heading(_, kind) in mail.text
            assert remark_advice(_, kind) in mail.text
        assert "{" not in mail.text
        assert "S-something_new" in mail.text
    assert _nothing(house.tell("11-20"))


def test_a_remark_of_a_weather_event_calls_it_by_its_name(house: MailHouse) -> None:
    event = {"plan": "rain", "event": "暴雨红色预警", "areas": "001", "deadline": morning("11-21")}
    house.add(
        "weather_events", event_code="W20261120-1", includes_basements=False, started_at=morning("11-20"), **event
    )
    numbers = {"units": 5, "due": 85, "inspectors": 1, "working_days": 2, "per_day": 40, "seats": 80}
    house.remark("over_capacity", "001:W20261120-1", period="W20261120-1", **numbers)
    house.tell("11-20")
    assert "暴雨红色预警：1 名巡检员 2 天内须查 85 户" in house.mail("inspection_notes").text


def test_remarks_that_do_not_fit_are_in_the_workbook(house: MailHouse) -> None:
    for number in range(25):
        house.remark("result_cancelled", f"M-{number}", staff_code="I001", visited_at="2026-11-19 10:00")
    house.tell("11-20")
    mail = house.mail("inspection_notes")
    assert "另有 5 项" in mail.text
    assert mail.files == ("空置房待处理事项-2026-11-20.xlsx",)


# -- scope ------------------------------------------------------------------------------------------------------------


def _everything(house: MailHouse, code: str) -> None:
    """One fact of every kind in a community; its unit is called U and the community's code."""
    unit = f"U{code}U"
    house.unit(unit, code)
    house.execute("UPDATE inspection_progress SET plan_told_for = NULL WHERE community_code = :code", code=code)
    house.inspection(f"M2611-{code}-1", unit, code)
    house.listed(f"M2611-{code}-1", f"I{code}")
    house.inspection(f"M2610-{code}-1", unit, code, period="2026-10", state="missed", missed_at=morning("11-01"))
    house.inspection(f"F2611-{code}-1", unit, code, plan="fit_out", state="done", occasion="2026-11-19")
    house.finding(f"F2611-{code}-1", code)
    house.apply(f"KZ{code}", unit, "09-01", "12-01", code, applied_on=on("09-01"))
    house.use(f"KZ{code}", unit, code)
    house.remark("no_inspector", f"{code}:2026-11", code, period="2026-11", units=1, due=2)


@pytest.mark.parametrize("seed", range(6))
def test_nobody_is_told_of_a_community_outside_their_scope(house: MailHouse, seed: int) -> None:
    """Any subscriptions over communities, regions and the company, people of one community or of all."""
    chance = random.Random(seed)
    regions = {region for _code, _name, region in COMMUNITIES}
    scopes = [code for code, _name, _region in COMMUNITIES] + [f"region:{each}" for each in regions] + ["company"]
    allowed: dict[str, set[str]] = {}
    for number in range(4):
        email = f"reader{number}@example.com"
        allowed[email] = set()
        for scope in chance.sample(scopes, chance.randint(1, 3)):
            house.subscribe(email, scope, chance.choice(["zh", "en"]))
            allowed[email] |= {
                code for code, _name, region in COMMUNITIES if scope in (code, f"region:{region}", "company")
            }
    for code, _name, _region in COMMUNITIES:
        _everything(house, code)
        for post in "MLI":
            allowed[f"{post.lower()}{code}@example.com"] = {code}
            if chance.random() < 0.2:
                house.execute("UPDATE staff SET email = NULL WHERE staff_code = :who", who=f"{post}{code}")
    counts = house.tell("11-20")
    assert counts["mails_written"]
    for mail in house.mails():
        whole = mail.subject + mail.text + mail.html
        for code, name, _region in COMMUNITIES:
            if code not in allowed[mail.recipient]:
                assert f"U{code}U" not in whole and name not in whole, (mail.kind, mail.recipient, code)
    assert _nothing(house.tell("11-20"))


def test_two_runs_a_day_apart_tell_each_fact_once(house: MailHouse) -> None:
    _everything(house, "001")
    house.subscribe("boss@example.com", "company")
    first = house.tell("11-20")
    assert first["mails_written"] == len(house.mails())
    kinds = sorted({mail.kind for mail in house.mails()})
    assert kinds == [
        "inspection_finding",
        "inspection_missed",
        "inspection_notes",
        "inspection_plan",
        "inspection_worklist",
    ]
    assert _nothing(house.tell("11-21"))


def test_a_community_that_is_not_served_is_not_told_of(house: MailHouse) -> None:
    _everything(house, "001")
    house.execute("DELETE FROM settings WHERE setting = 'live_from' AND community_code = '001'")
    assert _nothing(house.tell("11-20"))


def test_a_run_started_once_more_tells_what_came_between(house: MailHouse) -> None:
    """The same run and instant, cleared and rerun after another finding was loaded: a second edition, nothing lost."""
    from guanjia.pipelines.vacancy_inspections.telling import tell
    from guanjia.store.runs import open_run

    for number in (1, 2):
        house.unit(f"02060{number}")
        house.inspection(f"M2611-001-{number}", f"02060{number}", state="done")
    at = morning("11-20")
    with house.database.transaction() as tx:
        run = open_run(tx, "vacancy_inspections", at, started_at=at)
    for number in (1, 2):
        house.finding(f"M2611-001-{number}")
        with house.database.transaction() as tx:
            assert tell(tx, run, at)["mails_written"] == 1
    assert [mail.edition for mail in house.mails("inspection_finding")] == [1, 2]


# -- figures ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("INS-02")
def test_coverage_and_entry_rate_are_two_figures_and_nothing_due_is_neither_0_nor_1(house: MailHouse) -> None:
    for code, states in (("001", ["done", "done", "not_entered", "missed", "cancelled"]), ("002", ["cancelled"])):
        for number, state in enumerate(states):
            house.unit(f"0206{number:02}", code)
            house.inspection(f"M2610-{code}-{number}", f"0206{number:02}", code, period="2026-10", state=state)
    house.finding("M2610-001-0")
    with house.database.transaction("read") as tx:
        total, first, second = measure_coverage(tx, ["2026-10"])
        assert measure_coverage(tx, ["2026-09"]) == []
        (only_second,) = (row for row in measure_coverage(tx, ["2026-10"], ["002"]) if row.community_code is None)
    assert (total.community_code, first.community_code, second.community_code) == (None, "001", "002")
    assert (first.planned, first.visited, first.entered, first.missed, first.cancelled) == (5, 3, 2, 1, 1)
    assert first.due == 4
    assert first.findings == 1
    assert (float(first.coverage or 0), float(first.entry_rate or 0)) == (0.75, 0.5)
    assert (second.coverage, second.entry_rate) == (None, None)
    assert (only_second.coverage, only_second.planned) == (None, 1)
    assert float(total.coverage or 0) == 0.75


@pytest.mark.rule("INS-06")
def test_a_spot_check_that_calls_the_same_thing_normal_in_other_words_does_not_differ(house: MailHouse) -> None:
    at, later = morning("10-12"), morning("11-05")
    house.unit("020601")
    done = {"state": "done", "period": "2026-10"}
    house.inspection("M-1", "020601", **done, inspected_at=at, inspected_by="I001")
    house.inspection(
        "S-1", "020601", **done, plan="spot_check", checks_code="M-1", inspected_at=later, inspected_by="M001"
    )
    for code, made, finding in (("M-1", at, "正常"), ("S-1", later, None)):
        result = {"inspection_code": code, "inspected_at": made}
        house.add("inspection_results", **result, staff_code="I001", entered=True, finding=finding)
        house.add("inspection_visits", **result, verdict="counted", content_digest="d")
    with house.database.transaction("read") as tx:
        assert measure_spot_checks(tx, ["2026-10"])[0].differing == 0
    house.add("cases", case_code="GJ-S-1", community_code="001", kind="repair", urgency="ordinary", opened_at=later)
    house.execute("UPDATE inspection_visits SET case_code = 'GJ-S-1' WHERE inspection_code = 'S-1'")
    with house.database.transaction("read") as tx:
        assert measure_spot_checks(tx, ["2026-10"])[0].differing == 1


@pytest.mark.rule("INS-06")
def test_spot_checks_that_find_it_otherwise_are_counted(house: MailHouse) -> None:
    at, later = morning("10-12"), morning("11-05")
    for number, said, found in ((1, True, True), (2, True, False), (3, None, True), (4, True, None)):
        house.unit(f"02060{number}")
        theirs = {"state": "done", "period": "2026-10", "inspected_at": at, "inspected_by": "I001"}
        house.inspection(f"M-{number}", f"02060{number}", **theirs)
        mine = {"plan": "spot_check", "period": "2026-10", "staff_code": "M001", "checks_code": f"M-{number}"}
        made = {"state": "done", "inspected_at": later, "inspected_by": "M001"} if number < 4 else {}
        house.inspection(f"S-{number}", f"02060{number}", **(mine | made))
        result = {"staff_code": "I001", "entered": True}
        house.add("inspection_results", inspection_code=f"M-{number}", inspected_at=at, hygiene_ok=said, **result)
        if made:
            house.add(
                "inspection_results", inspection_code=f"S-{number}", inspected_at=later, hygiene_ok=found, **result
            )
    with house.database.transaction("read") as tx:
        total, community, inspector = measure_spot_checks(tx, ["2026-10"])
    assert (total.drawn, total.checked, total.differing) == (4, 3, 1)
    assert (community.community_code, community.staff_code) == ("001", None)
    assert (inspector.staff_code, inspector.differing) == ("I001", 1)
    assert total.differing_rate is not None and round(float(total.differing_rate), 3) == 0.333
