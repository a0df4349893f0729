"""Which page was written for what was searched for in vain."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.search import words
from lantoa.search.models import SearchItem
from lantoa.search.rules import may_be_kept
from lantoa.search.selectors import Missed


class FillForm(forms.Form):
    """The query, and the title of the page as readers see it."""

    query = forms.CharField(widget=forms.HiddenInput, max_length=60)
    title = forms.CharField(label=gettext_lazy("Title of the page"), max_length=300)

    @classmethod
    def of(cls, missed: Missed) -> "FillForm":
        """An empty one for this query."""
        return cls(initial={"query": missed.query}, auto_id=f"id_{missed.query.replace(' ', '-')}_%s")

    def clean_query(self) -> str:
        """Only what may be kept at all."""
        query: str = self.cleaned_data["query"]
        if not may_be_kept(query):
            raise forms.ValidationError(_("This search cannot be kept. Choose one from the list."))
        return query

    def clean_title(self) -> SearchItem:
        """The published page of this title, marks or none; the newest if there are several."""
        folded = words.phrase(self.cleaned_data["title"])[:320]
        item = SearchItem.objects.filter(title_folded=folded).order_by("-published_at").first()
        if item is None:
            raise forms.ValidationError(
                _("No published page has this title. Copy the title from the page, and check that it is published.")
            )
        return item
