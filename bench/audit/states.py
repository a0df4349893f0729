"""States that people end on and no link leads to: what a search finds or not, no network, no such page, an answer, a
form that comes back, and what only a link of one's own opens."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import override

from bench.audit.own import own_pages
from bench.audit.pages import OWN, WANTED, Found, read
from lantoa.listening.models import Case
from lantoa.newsroom.addresses import address_of
from lantoa.newsroom.models import Withdrawal

HITS, NONE = {"q": "vay vốn", "ngon-ngu": "moi"}, {"q": "qwzx"}
ANSWERS = {"household": "poor", "age": "34"}
FORMS = ("feedback", "tell_story", "subscribe", "find_answer", "mine_ask", "press_register", "press_enter")
EMPTY = "key="
"""What a form sends that nobody filled in."""


def states(base: str) -> list[Found]:
    """The pages of every language looked at, then those of the site's own that the sample has."""
    found = []
    for code in WANTED:
        with override(code):
            found += _of_language(base, code)
    return found + (list(_of_the_sample(base)) if OWN in WANTED else [])


def _of_language(base: str, code: str) -> Iterator[Found]:
    for words, asked in (("search with hits", HITS), ("search without hits", NONE)):
        yield _plain(base, f"{words} {code}", f"{reverse('portal:search')}?{urlencode(asked)}")
    yield _plain(base, f"messages that wait {code}", reverse("portal:outbox"))
    yield _plain(base, f"no network {code}", reverse("portal:without_network"))
    yield Found(f"no such page {code}", f"{reverse('portal:home')}khong-co-trang-nay/", indexable=False, status=404)
    answered = urlencode(ANSWERS)
    yield Found(f"answer of the guide {code}", reverse("portal:guide"), indexable=False, sent=answered)
    for form in FORMS:
        path = reverse(f"portal:{form}")
        yield Found(f"refused {form} {code}", path, indexable=False, status=422, sent=EMPTY)


def _of_the_sample(base: str) -> Iterator[Found]:
    """A withdrawn page that is still down, and an answered message: as its receipt, and read again."""
    gone = Withdrawal.objects.standing().filter(language=OWN).first()
    if gone:
        yield Found(f"withdrawn page {OWN}", address_of(OWN, gone.url_path), indexable=False, status=410)
    case = Case.objects.with_state().filter(answered_at__isnull=False).order_by("pk").first()
    if case:
        path = reverse("portal:answer", args=[case.code])
        yield _plain(base, f"receipt {OWN}", f"{path}?moi=1")
        yield _plain(base, f"answered message {OWN}", path)
    with override(OWN):
        yield from own_pages()


def _plain(base: str, kind: str, path: str) -> Found:
    page = read(base, path)
    if page is None:
        raise RuntimeError(f"{path} is no page.")
    return Found(kind, path, page.indexable)
