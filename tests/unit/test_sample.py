"""The sample company: reproducible, of the size asked for, and right by the data contract's own rules."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table

from guanjia.cli import main
from guanjia.domain.errors import GuanjiaError, UsageError
from guanjia.host import airflow
from guanjia.sample import estate, people, vacancies
from guanjia.sample.company import community_plans
from guanjia.sample.files import CsvFiles
from guanjia.sample.generator import DEFAULT_UNTIL, Wish, generate, published_days
from guanjia.sample.layout import COLUMNS, RESTRICTED
from guanjia.sample.model import Crew, Place, Row
from guanjia.sample.names import UNGIVEN_PREFIXES
from guanjia.sample.output import write
from guanjia.sample.workforce import DEMO_PEOPLE
from guanjia.store.tables import datasets

Rows = list[dict[str, Any]]
PLANNED_LATER = {"callback_results", "inspection_results", "quality_scores", "quality_appeals"}
SHIPPED = {
    "calendars",
    "calendar_days",
    "deadline_policies",
    "escalation_steps",
    "callback_rules",
    "sampling_policies",
}
SMALL = (300, 3)
UNTIL = DEFAULT_UNTIL.replace(tzinfo=None)


@cache
def company(units: int = 300, months: int = 3, seed: int = 1, until: datetime = DEFAULT_UNTIL) -> dict[str, Rows]:
    """A company as rows by column name."""
    found: dict[str, Rows] = {dataset: [] for dataset in COLUMNS}

    def emit(dataset: str, rows: list[Row]) -> None:
        found[dataset].extend(dict(zip(COLUMNS[dataset], row, strict=True)) for row in rows)

    generate(Wish(units, months, seed, until).checked(), emit)  # type: ignore[arg-type]  # a list is a sequence
    return found


def digest(folder: Path) -> str:
    """One number for all bytes of a folder."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*.csv")):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


# -- form -------------------------------------------------------------------------------------------------------------


def test_columns_are_the_contracts_in_its_order() -> None:
    contract = datasets("in")
    for dataset, columns in COLUMNS.items():
        names = [name for name in (column.name for column in contract[dataset].columns) if name in columns]
        assert list(columns) == names, dataset
        required = {column.name for column in contract[dataset].columns if column.info.get("required")}
        assert required <= set(columns), dataset


def test_every_dataset_has_a_file_but_those_that_need_plans_and_the_shipped_policies() -> None:
    assert set(datasets("in")) - set(COLUMNS) == PLANNED_LATER | SHIPPED


def test_restricted_datasets_are_those_of_the_contract() -> None:
    assert {dataset for dataset in COLUMNS if datasets("in")[dataset].info["restricted"]} == RESTRICTED


@pytest.mark.parametrize("dataset", sorted(COLUMNS))
@pytest.mark.parametrize("size", [(20, 1), SMALL, (2_000, 13)])
def test_rows_fulfil_what_the_contract_says_of_their_columns(dataset: str, size: tuple[int, int]) -> None:
    table = datasets("in")[dataset]
    for row in company(*size)[dataset]:
        for name in COLUMNS[dataset]:
            assert_cell(table, name, row[name])


def assert_cell(table: Table, name: str, cell: object) -> None:
    """A cell is as the contract reads its column."""
    info = table.columns[name].info
    text = "" if cell is None else str(cell)
    assert text or not info["required"], name
    if not text:
        return
    kind = info["kind"]
    if info["choices"]:
        assert text in info["choices"], (name, text)
    if kind == "boolean":
        assert text in ("true", "false")
    if kind in ("integer", "decimal"):
        number = Decimal(text)
        assert info["minimum"] is None or number >= info["minimum"], (name, text)
        assert info["exclusive_minimum"] is None or number > info["exclusive_minimum"], (name, text)
        assert info["maximum"] is None or number <= info["maximum"], (name, text)
        assert info["places"] is None or -int(number.as_tuple().exponent) <= info["places"], (name, text)
    if kind == "date":
        assert not info["past"] or date.fromisoformat(text) <= UNTIL.date(), (name, text)
    if kind in ("timestamp", "shift_time"):
        assert not info["past"] or datetime.fromisoformat(text) <= UNTIL, (name, text)


@pytest.mark.parametrize("size", [(20, 1), SMALL, (2_000, 13)])
def test_keys_are_unique_and_references_known(size: tuple[int, int]) -> None:
    found = company(*size)
    for dataset, rows in found.items():
        key = datasets("in")[dataset].info["key"]
        keys = [tuple(row.get(part) for part in key) for row in rows]
        assert len(keys) == len(set(keys)), dataset
        for table_key in datasets("in")[dataset].foreign_key_constraints:
            target = table_key.referred_table
            if "dataset" not in target.info:
                continue
            known = {tuple(row[part] for part in target.info["key"]) for row in found[target.name]}
            for row in rows:
                reference = tuple(row.get(column.name) for column in table_key.columns)
                assert None in reference or reference in known, (dataset, reference)


# -- reproducible -----------------------------------------------------------------------------------------------------


def test_the_same_arguments_give_the_same_bytes_on_any_machine(tmp_path: Path) -> None:
    write(Wish(*SMALL, 1, DEFAULT_UNTIL), tmp_path / "one")
    write(Wish(*SMALL, 1, DEFAULT_UNTIL), tmp_path / "two")
    write(Wish(*SMALL, 2, DEFAULT_UNTIL), tmp_path / "other")
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    assert digest(tmp_path / "one") != digest(tmp_path / "other")
    assert digest(tmp_path / "one") == PINNED, "the sample changed; if that was meant, pin the new digest"


PINNED = "0d5554b3631b867a301d5ea18a0e859046e2a3b5156ff2a1df15d7414f310059"
"""Of 300 units, 3 months, seed 1; the same on Python 3.11, 3.12 and 3.13."""


def test_an_area_draws_from_its_own_stream() -> None:
    """A year's company and a quarter's have the same estate: only what depends on time differs."""
    long, short = company(2_000, 13), company(2_000, 3)
    assert [row["area_m2"] for row in long["units"]] == [row["area_m2"] for row in short["units"]]


# -- size and files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("units", [20, 21, 59, 60, 137, 300, 999, 1_000, 4_321])
def test_it_has_exactly_the_units_asked_for(units: int) -> None:
    found = company(units, 1)
    assert len(found["units"]) == units
    assert {row["unit_use"] for row in found["units"]} == {
        "residential",
        "shop",
        "office",
        "parking",
        "storage",
        "basement",
    }


@pytest.mark.parametrize(
    ("units", "months", "seed"), [(19, 3, 1), (3_000_000, 3, 1), (300, 0, 1), (300, 500, 1), (300, 3, -1)]
)
def test_sizes_out_of_bounds_are_refused(units: int, months: int, seed: int) -> None:
    with pytest.raises(UsageError, match="expected"):
        Wish(units, months, seed, DEFAULT_UNTIL).checked()


def test_a_folder_that_holds_something_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(GuanjiaError, match="not an empty folder"):
        write(Wish(*SMALL, 1, DEFAULT_UNTIL), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_what_is_interrupted_leaves_no_file(tmp_path: Path) -> None:
    def interrupt(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(Wish(*SMALL, 1, DEFAULT_UNTIL), tmp_path / "new", told=interrupt)
    assert not list((tmp_path / "new").iterdir())


def test_files_grow_under_a_name_that_intake_ignores(tmp_path: Path) -> None:
    with CsvFiles(tmp_path):
        assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".part"}
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".csv"}


def test_memory_does_not_grow_with_the_company() -> None:
    import tracemalloc

    peaks = []
    for units in (1_600, 6_400):
        tracemalloc.start()
        generate(Wish(units, 1, 1, DEFAULT_UNTIL), lambda dataset, rows: None)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_the_command_writes_the_files_and_prints_the_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", "--units", "20", "--months", "1", "--to", str(tmp_path / "new")]) == 0
    assert "units" in capsys.readouterr().out
    assert (tmp_path / "new" / "restricted" / "staff.csv").read_bytes().startswith(b"\xef\xbb\xbfstaff_code")
    assert main(["sample", "--units", "5", "--to", str(tmp_path / "other")]) == 2
    assert main(["sample", "--units", "20", "--to", str(tmp_path / "new")]) == 1


# -- nobody real ------------------------------------------------------------------------------------------------------


def test_telephones_and_addresses_belong_to_nobody() -> None:
    found = company()
    phones = [row["phone"] for row in found["customers"] if row["phone"]]
    mails = [row["email"] for rows in found.values() for row in rows if row.get("email")]
    assert all(phone.startswith(UNGIVEN_PREFIXES) and len(phone) == 11 for phone in phones)
    assert all(mail.endswith(".example.com") for mail in mails)
    assert not all(row["email"] for row in found["customers"]), "some have no address"


def test_the_demo_people_are_on_the_staff_register_and_airflows_users() -> None:
    logins = {row["login"]: row["role"] for row in company()["staff"] if row["login"]}
    assert logins == {person.login: person.role for person in DEMO_PEOPLE}
    assert set(logins) <= {person.login for person in airflow.PEOPLE}


# -- right by the rules of the field ----------------------------------------------------------------------------------


@pytest.mark.rule("BILL-02")
def test_every_sold_unit_has_one_payer_on_every_day() -> None:
    found = company(2_000, 13)
    stays = defaultdict(list)
    for row in found["occupancies"]:
        if row["pays_fees"] == "true":
            start = date.fromisoformat(row["start_date"])
            end = date.fromisoformat(row["end_date"]) if row["end_date"] else date.max - timedelta(1)
            stays[row["community_code"], row["unit_code"]].append((start, end))
    changes = 0
    for unit in found["units"]:
        spans = sorted(stays[unit["community_code"], unit["unit_code"]])
        assert bool(spans) == bool(unit["handover_date"])
        if spans:
            assert spans[0][0] == date.fromisoformat(unit["handover_date"])
            assert spans[-1][1] == date.max - timedelta(1)
            assert all(after[0] - before[1] == timedelta(1) for before, after in itertools.pairwise(spans))
            changes += sum(start.day != 1 and start.year == 2026 for start, _ in spans[1:])
    assert changes > 10, "payers change in the middle of months"


def test_events_follow_the_opening_of_their_case_minute_by_minute() -> None:
    found = company(2_000, 13)
    last = {row["case_code"]: datetime.fromisoformat(row["opened_at"]) for row in found["cases"]}
    for event in found["case_events"]:
        at = datetime.fromisoformat(event["event_at"])
        assert at > last[event["case_code"]]
        last[event["case_code"]] = at


def test_people_act_only_while_they_are_employed() -> None:
    found = company(2_000, 13)
    employed = {row["staff_code"]: (row["hired_on"], row["left_on"] or "9999") for row in found["staff"]}
    acts = [(row["staff_code"], row["event_at"]) for row in found["case_events"]]
    acts += [(row["staff_code"], row["started_at"]) for row in found["calls"]]
    acts += [(row["staff_code"], row["shift_date"]) for row in found["roster"]]
    opened = [(row["handler"], row["opened_at"]) for row in found["cases"] if row["handler"]]
    assert all(employed[code][0] <= at[:10] <= employed[code][1] for code, at in opened)
    late = sum(not employed[code][0] <= at[:10] <= employed[code][1] for code, at in acts)
    assert late < len(acts) / 1_000, "a case may outlive its handler's employment, hardly more"


def test_readings_never_fall() -> None:
    last: dict[str, Decimal] = {}
    for row in sorted(company(2_000, 13)["meter_readings"], key=lambda row: (row["meter_code"], row["read_on"])):
        reading = Decimal(row["reading"])
        assert reading >= last.get(row["meter_code"], Decimal(0))
        last[row["meter_code"]] = reading


def test_ends_do_not_lie_before_starts() -> None:
    pairs = {
        "occupancies": ("start_date", "end_date"),
        "staff": ("hired_on", "left_on"),
        "roster": ("starts_at", "ends_at"),
        "calls": ("started_at", "ended_at"),
        "vacancy_applications": ("start_date", "end_date"),
        "fit_outs": ("start_date", "end_date"),
        "found_property": ("found_at", "claimed_at"),
        "key_loans": ("borrowed_at", "returned_at"),
        "tariffs": ("valid_from", "valid_to"),
        "contracts": ("start_date", "end_date"),
        "meters": ("valid_from", "valid_to"),
        "disputes": ("opened_on", "closed_on"),
    }
    for dataset, (start, end) in pairs.items():
        for row in company(2_000, 13)[dataset]:
            assert not row[start] or not row[end] or row[start] <= row[end], (dataset, row)


def test_a_contract_has_a_monthly_or_a_single_amount() -> None:
    assert all(bool(row["amount_month"]) != bool(row["amount_once"]) for row in company(2_000, 13)["contracts"])


def test_each_community_goes_live() -> None:
    found = company(2_000, 13)
    live = {row["community_code"]: row["value"] for row in found["settings"] if row["setting"] == "live_from"}
    assert set(live) == {row["community_code"] for row in found["communities"]}
    assert len(set(live.values())) > 1, "one of them later"


@pytest.mark.rule("INS-07")
def test_every_way_a_vacancy_registration_can_go_is_there() -> None:
    assert len(company()["vacancy_applications"]) >= len(vacancies.KINDS)
    rows = company()["vacancy_applications"]
    assert {row["identity_checked"] for row in rows} == {"true", "false"}
    assert any(row["ended_on"] for row in rows)
    assert any(row["applied_on"] > row["start_date"] for row in rows), "registered late"
    assert any(row["end_date"] < UNTIL.date().isoformat() for row in rows), "expired"
    assert any(row["start_date"] > UNTIL.date().isoformat() for row in rows), "yet to begin"
    units = Counter((row["community_code"], row["unit_code"]) for row in rows)
    assert max(units.values()) > 1, "renewed or overlapping"
    kinds: set[str] = set()
    for plan in community_plans(Wish(*SMALL, 1, DEFAULT_UNTIL).history(), SMALL[0]):
        place = Place(plan, Wish(*SMALL, 1, DEFAULT_UNTIL).history(), Crew([]))
        estate.build(place)
        people.settle(place)
        kinds |= {registration.kind.name for registration in vacancies.register(place)}
    assert kinds == {kind.name for kind in vacancies.KINDS}


@pytest.mark.rule("INS-01")
@pytest.mark.parametrize("size", [SMALL, (2_000, 13)])
def test_every_kind_of_empty_unit_is_there_in_every_community(size: tuple[int, int]) -> None:
    found = company(*size)
    kinds: dict[str, set[str]] = {community["community_code"]: set() for community in found["communities"]}
    for row in found["units"]:
        if row["unit_use"] == "basement":
            kinds[row["community_code"]].add("basement")
        elif row["unit_use"] == "residential":
            sold = "sold" if row["handover_date"] else "unsold"
            kinds[row["community_code"]].add(f"{sold} {row['fit_out']}")
    wanted = {"basement", "unsold none", "sold none", "sold in_progress", "sold done"}
    assert all(kind == wanted for kind in kinds.values())
    fitted_out = {(row["community_code"], row["unit_code"]) for row in found["fit_outs"]}
    assert all(
        ((row["community_code"], row["unit_code"]) in fitted_out) == (row["fit_out"] == "in_progress")
        for row in found["units"]
        if row["fit_out"] in ("none", "in_progress")
    )


@pytest.mark.rule("INS-02")
def test_there_are_inspectors_by_the_size_of_the_community_and_one_has_left() -> None:
    found = company(20_000, 2)
    units = Counter(row["community_code"] for row in found["units"])
    inspectors = Counter(
        row["community_code"] for row in found["staff"] if row["role"] == "inspector" and not row["left_on"]
    )
    assert all(inspectors[code] == max(2, number // 300) for code, number in units.items())
    assert any(row["left_on"] for row in company()["staff"] if row["role"] == "inspector")
    rostered = {row["staff_code"] for row in found["roster"]}
    assert all(row["staff_code"] in rostered for row in found["staff"] if row["role"] == "inspector")
    readers = {row["scope"] for row in found["report_recipients"] if row["report"] == "inspection_list"}
    assert readers == set(units), "the manager of each community gets the lists"


@pytest.mark.rule("BILL-03")
def test_one_shared_meter_shows_an_abnormal_use() -> None:
    shared = {row["meter_code"] for row in company()["meters"] if not row["unit_code"]}
    readings = defaultdict(list)
    for row in company()["meter_readings"]:
        if row["meter_code"] in shared:
            readings[row["meter_code"]].append(Decimal(row["reading"]))
    abnormal = []
    for meter, shown in readings.items():
        used = [after - before for before, after in itertools.pairwise(shown)]
        known = sorted(used[-7:-1])
        assert len(known) >= 3
        if used[-1] > 3 * known[len(known) // 2]:
            abnormal.append(meter)
    assert len(abnormal) == 1


# -- believable -------------------------------------------------------------------------------------------------------


def test_mondays_are_busy_and_sundays_quiet() -> None:
    days = Counter(datetime.fromisoformat(row["opened_at"]).weekday() for row in company(2_000, 13)["cases"])
    assert days[0] > 1.15 * days[2] > days[6]


def test_heating_fails_in_winter_and_pipes_leak_in_summer() -> None:
    months = defaultdict(Counter)  # type: ignore[var-annotated]  # of words
    for row in company(2_000, 13)["cases"]:
        for word in ("暖气", "漏水"):
            months[word][int(row["opened_at"][5:7])] += word in row["description"]
    assert months["暖气"][1] > 5 * max(1, months["暖气"][7])
    assert sum(months["漏水"][month] for month in (6, 7, 8)) > 2 * sum(months["漏水"][month] for month in (2, 3, 4))


def test_some_complain_again_and_again() -> None:
    complaints = Counter(
        (row["community_code"], row["unit_code"])
        for row in company(2_000, 13)["cases"]
        if row["kind"] == "complaint" and row["unit_code"]
    )
    assert complaints.most_common(1)[0][1] >= 10
    assert sorted(complaints.values())[len(complaints) // 2] <= 2


@pytest.mark.rule("ESC-04")
def test_most_are_on_time_and_a_few_handlers_are_late() -> None:
    found = company(2_000, 13)
    arrived = {}
    for event in found["case_events"]:
        if event["event"] == "arrived":
            arrived.setdefault(event["case_code"], datetime.fromisoformat(event["event_at"]))
    late: Counter[str] = Counter()
    booked: Counter[str] = Counter()
    for row in found["cases"]:
        if row["booked_at"] and row["handler"] and row["case_code"] in arrived:
            booked[row["handler"]] += 1
            late[row["handler"]] += arrived[row["case_code"]] - datetime.fromisoformat(row["booked_at"]) > timedelta(
                minutes=15
            )
    assert 0.02 < late.total() / booked.total() < 0.2
    shares = sorted(late[handler] / booked[handler] for handler in booked if booked[handler] >= 30)
    assert shares[-1] > 0.15 > shares[len(shares) // 2]


def test_a_small_company_too_has_something_to_escalate() -> None:
    found = company()
    settled = {row["case_code"] for row in found["case_events"] if row["event"] in ("resolved", "closed")}
    open_cases = [row for row in found["cases"] if row["case_code"] not in settled]
    assert len(open_cases) >= 8
    assert {row["kind"] for row in open_cases} >= {"repair", "complaint", "system_fault"}
    assert any(row["urgency"] == "emergency" for row in open_cases)


def test_the_roster_goes_on_after_the_end_as_planned() -> None:
    for row in company()["roster"]:
        is_future = datetime.fromisoformat(row["starts_at"]) > UNTIL
        assert (row["attendance"] == "planned") == is_future
    assert max(row["shift_date"] for row in company()["roster"]) == "2026-12-31"


def test_offices_are_closed_on_published_holidays_and_open_on_make_up_days() -> None:
    day_offs, make_up_days = published_days()
    assert date(2026, 10, 1).toordinal() in day_offs
    assert date(2026, 10, 10).toordinal() in make_up_days
    office = {row["staff_code"] for row in company()["staff"] if row["role"] in ("manager", "supervisor")}
    shifts = {row["shift_date"] for row in company()["roster"] if row["staff_code"] in office}
    assert "2026-10-01" not in shifts
    assert "2026-10-10" in shifts


def test_most_pay_on_time_and_some_never() -> None:
    found = company(2_000, 13)
    paid = Counter((row["community_code"], row["unit_code"]) for row in found["payments"] if row["unit_code"])
    sold = [
        (row["community_code"], row["unit_code"])
        for row in found["units"]
        if row["handover_date"] and row["unit_use"] == "residential"
    ]
    never = sum(not paid[unit] for unit in sold)
    assert 0 < never < 0.1 * len(sold)
    assert any(not row["unit_code"] for row in found["payments"]), "some name no unit"
    codes = {row["payment_code"] for row in found["payments"]}
    reversals = [row for row in found["payments"] if row["amount"].startswith("-")]
    assert reversals
    assert all(row["reference"] in codes for row in reversals)


@pytest.mark.rule("CUST-01", "CUST-02", "CUST-04")
def test_there_is_something_of_everything_kept_to_tell_of() -> None:
    found = company()
    last_days = {row["borrowed_at"][:10] for row in found["key_loans"]}
    unclaimed = [row for row in found["found_property"] if not row["claimed_at"]]
    live_from = min(row["value"] for row in found["settings"] if row["setting"] == "live_from")
    assert any(row["valuable"] == "true" and row["found_at"].startswith(live_from) for row in unclaimed)
    assert any(row["found_at"][:10] >= sorted(last_days)[-2] for row in unclaimed)
    assert any(row["borrowed_at"][:10] >= sorted(last_days)[-2] for row in found["key_loans"] if not row["returned_at"])
    checked = Counter((row["staff_code"], row["checked_at"]) for row in found["device_checks"])
    assert any(row["normal"] == "false" for row in found["device_checks"]) and min(checked.values()) < 5
