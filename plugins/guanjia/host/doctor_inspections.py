"""Doctor's checks of the vacancy inspections: somebody walks, gets the list, and the weather form knows the places."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from guanjia.host.doctor import Check, Finding, Patient, listed, ok, warning
from guanjia.pipelines.vacancy_inspections.area_names import offered_areas
from guanjia.pipelines.vacancy_inspections.areas import all_communities
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import transaction
from guanjia.store.sql import execute

NAMES_LATE = timedelta(minutes=30)
"""Within this a house that is up has taken in what lies in its inbox, and named its communities in the form."""


def check_inspectors(patient: Patient) -> Iterable[Finding]:
    """Every community with units to inspect has somebody to inspect them, whom the list reaches."""
    tr, today = patient.tr, patient.now.astimezone(TIME_ZONE).date()
    with transaction("read") as tx:
        alone = list(execute(tx, "doctor/find_uninspected_communities", on_day=today).scalars())
        silent = list(execute(tx, "doctor/find_unreachable_inspectors", on_day=today).scalars())
    if alone:
        yield warning(
            "inspectors",
            tr("Nobody inspects vacant units in {codes}.", codes=listed(alone)),
            tr("Enter an inspector in the staff register, for the community or (community blank) for all of them."),
        )
    if silent:
        yield warning(
            "inspectors",
            tr("These inspectors have no mail address, so no list reaches them: {codes}.", codes=listed(silent)),
            tr("Complete the staff register; until then print the list from the page Vacancy inspections."),
        )
    if not alone and not silent:
        yield ok("inspectors", tr("Vacant units have inspectors, and their lists reach them."))


def check_form(patient: Patient) -> Iterable[Finding]:
    """The form of a weather event offers the communities served."""
    tr = patient.tr
    if patient.up_since is None or patient.now - patient.up_since < NAMES_LATE:
        return
    with transaction("read") as tx:
        known = all_communities(tx, patient.now.astimezone(TIME_ZONE).date())
    offered = offered_areas()
    missing = [each.code for each in known if each.live_from is not None and each.code not in offered]
    if missing:
        yield warning(
            "weather_form",
            tr("The form of a severe weather inspection does not offer {codes}.", codes=listed(missing)),
            tr("Run `guanjia run intake`; until then type the names. Does the DAG processor see the home?"),
        )
    else:
        yield ok("weather_form", tr("The form of a severe weather inspection offers every community served."))


CHECKS: list[tuple[str, Check]] = [("inspectors", check_inspectors), ("weather_form", check_form)]
