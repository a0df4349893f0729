"""The open data catalogue: which data sets there are, under which licence, in DCAT's words for machines."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from lantoa.figures import public_sets, statistics_sets
from lantoa.figures.data import FORMS, DataSet, Wishes

SETS: dict[str, DataSet] = {one.slug: one for one in (*public_sets.SETS, *statistics_sets.SETS)}


def data_url(request: HttpRequest, slug: str, form: str) -> str:
    """Where a form of a data set is fetched."""
    return request.build_absolute_uri(reverse("figures:data", args=[slug, form]))


def licence() -> dict[str, str]:
    """Name and address of the licence; both empty until the authority that owns the data has said which."""
    return {"name": settings.LANTOA_DATA_LICENCE, "url": settings.LANTOA_DATA_LICENCE_URL}


def dcat(wishes: Wishes, publisher: str) -> dict[str, Any]:
    """The catalogue as JSON-LD in the vocabulary DCAT 3 (W3C)."""
    request, under = wishes.request, licence()
    own = {"dct:license": {"@id": under["url"]} if under["url"] else under["name"]} if any(under.values()) else {}
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/", "csvw": "http://www.w3.org/ns/csvw#",
        },
        "@type": "dcat:Catalog",
        "@id": request.build_absolute_uri(reverse("figures:catalogue")),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": publisher},
        "dcat:dataset": [_dataset(one, wishes) | own for one in SETS.values()],
    }  # fmt: skip


def _dataset(one: DataSet, wishes: Wishes) -> dict[str, Any]:
    request, changed = wishes.request, one.stamp(wishes).changed
    return {
        "@type": "dcat:Dataset",
        "@id": request.build_absolute_uri(reverse("figures:dataset", args=[one.slug])),
        "dct:identifier": one.slug,
        "dct:title": str(one.title),
        "dct:description": str(one.about),
        "dct:accrualPeriodicity": str(one.rhythm),
        **({"dct:modified": changed.isoformat()} if changed else {}),
        "dcat:distribution": [
            {"@type": "dcat:Distribution", "dcat:mediaType": FORMS[form].partition(";")[0],
             "dcat:downloadURL": data_url(request, one.slug, form)}
            for form in one.forms
        ],
        "csvw:column": [
            {"csvw:name": field.name, "csvw:datatype": field.kind, "dct:description": str(field.about),
             **({"csvw:null": str(field.missing)} if field.missing else {})}
            for field in one.fields
        ],
    }  # fmt: skip
