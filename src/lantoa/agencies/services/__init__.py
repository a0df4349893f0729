"""The verbs of agencies and posts. Each is one transaction: rule, lock, change, audit."""

from lantoa.agencies.services.founding import Founded, ensure_commune_committees, ensure_province_agencies
from lantoa.agencies.services.organising import (
    CannotOrganise,
    create_agency,
    end_agency,
    rename_agency,
    succeed,
)
from lantoa.agencies.services.posting import appoint, end_post

__all__ = [
    "CannotOrganise",
    "Founded",
    "appoint",
    "create_agency",
    "end_agency",
    "end_post",
    "ensure_commune_committees",
    "ensure_province_agencies",
    "rename_agency",
    "succeed",
]
