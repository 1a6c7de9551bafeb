"""Who asks for a page, and what Airflow lets them do.

Our pages know no rights of their own: reading needs the right to read the DAG whose work a page shows, acting the
right to answer or start it. Airflow's auth manager decides, whichever one is installed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from airflow.configuration import conf
from fastapi import Depends, HTTPException, Request, status

from guanjia.i18n import normalised
from guanjia.settings import environment

LANGUAGE_COOKIE = "guanjia_language"

Act = Literal["start", "answer"]
"""``start``: may start the DAG; ``answer``: may answer what it asks (approvals)."""

_ACTS: dict[Act, tuple[Literal["POST", "PUT"], DagAccessEntity]] = {
    "start": ("POST", DagAccessEntity.RUN),
    "answer": ("PUT", DagAccessEntity.HITL_DETAIL),
}


@dataclass(frozen=True)
class Visitor:
    """The person in front of a page.

    Attributes:
        user: Airflow's user.
        login: the user's name in Airflow; ``staff.login`` holds the same. (Its id is a number under FAB.)
        language: zh or en.
    """

    user: Any
    login: str
    language: str

    def may_read(self, dag_id: str) -> bool:
        """Whether Airflow lets the visitor read this DAG."""
        return bool(get_auth_manager().is_authorized_dag(method="GET", details=DagDetails(id=dag_id), user=self.user))

    def may(self, act: Act, dag_id: str) -> bool:
        """Whether Airflow lets the visitor start this DAG, or answer what it asks."""
        method, entity = _ACTS[act]
        return bool(
            get_auth_manager().is_authorized_dag(
                method=method, access_entity=entity, details=DagDetails(id=dag_id), user=self.user
            )
        )

    def readable_dags(self) -> list[str]:
        """The DAGs the visitor may read, sorted; runs and checks of others are not shown."""
        return sorted(get_auth_manager().get_authorized_dag_ids(user=self.user, method="GET"))


def visitor(request: Request, user: GetUserDep) -> Visitor:
    """Dependency: the person who asks; anonymous requests end with 401."""
    return Visitor(user=user, login=str(user.get_name()), language=language_of(request))


VisitorDep = Annotated[Visitor, Depends(visitor)]


def language_of(request: Request) -> str:
    """The language of a page: asked for in the address, else chosen before, else the installation's."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE) or ""
    return normalised(asked) if asked else environment().language


def may_read(dag_id: str) -> Any:
    """Route dependency: the visitor may read this DAG, else 403."""
    return Depends(requires_access_dag("GET", param_dag_id=dag_id))


def may_act(act: Act, dag_id: str) -> list[Any]:
    """Route dependencies of everything that changes something: our own page sent it, and Airflow allows it."""
    method, entity = _ACTS[act]
    return [Depends(same_origin), Depends(requires_access_dag(method, entity, param_dag_id=dag_id))]


def same_origin(request: Request) -> None:
    """Refuse what another site's page sends with our visitor's cookie.

    Raises:
        HTTPException: 403, neither a bearer token nor our own origin.
    """
    if request.headers.get("authorization", "").lower().startswith("bearer "):
        return
    sent = request.headers.get("origin") or request.headers.get("referer") or ""
    if _origin(sent) not in _own_origins(request):
        raise HTTPException(status.HTTP_403_FORBIDDEN, "This form was not sent from one of our own pages.")


def _own_origins(request: Request) -> set[tuple[str, str]]:
    own = {_origin(str(request.url)), _origin(conf.get("api", "base_url", fallback=""))}
    return {origin for origin in own if origin[1]}


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme.lower(), parts.netloc.lower()


def require(condition: bool, *, code: int = status.HTTP_404_NOT_FOUND, why: str = "") -> None:
    """End the request unless the condition holds.

    Raises:
        HTTPException: with the code given, 404 by default.
    """
    if not condition:
        raise HTTPException(code, why or None)
