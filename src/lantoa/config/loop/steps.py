"""The loop, step by step: plan → write → approve → spread → listen → answer → measure → report.

Each step finds what an earlier run left and goes on from there, so an interrupted run loses nothing and a finished one
is told again from the database. Every step returns its figures and where to see them.
"""

import http.cookiejar
import json
import re
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from lantoa.agencies import selectors as agencies
from lantoa.agencies import services as agencies_services
from lantoa.agencies.enums import AgencyKind
from lantoa.approvals.services import decide
from lantoa.audience import services as audience
from lantoa.audience.criteria import Criteria
from lantoa.audience.models import Person, Segment
from lantoa.channels.loudspeaker.keys import public_of
from lantoa.channels.models import ChannelAccount
from lantoa.channels.registry import described, publics
from lantoa.channels.services import announce, save_account
from lantoa.config.loop import story
from lantoa.config.loop.clipping import clip
from lantoa.config.loop.commissioning import order, put_together
from lantoa.config.loop.entitling import ensure_rules
from lantoa.config.loop.paper import papers
from lantoa.config.loop.passing import let_out
from lantoa.config.loop.pressing import press
from lantoa.config.loop.showing import show
from lantoa.config.loop.sound import tone
from lantoa.config.loop.staff import COMMUNE_OFFICER, Staff, ensure_staff
from lantoa.config.loop.standins import GATEWAYS, MADE_ONCE, SLUG
from lantoa.config.loop.telling import tell
from lantoa.kernel import clock
from lantoa.kernel.models import User
from lantoa.listening.enums import Door, Happening
from lantoa.listening.models import Case, CaseEvent
from lantoa.listening.services import answer_case, publish_answer
from lantoa.newsroom import services as newsroom
from lantoa.newsroom.models import ArticlePage, PolicyPage
from lantoa.outreach import services as outreach
from lantoa.outreach.enums import BroadcastState
from lantoa.outreach.models import Broadcast, Message
from lantoa.outreach.selectors import broadcast_account
from lantoa.planning import services as planning
from lantoa.planning.models import ContentLine, Duty, PlanVersion, Task
from lantoa.planning.selectors import matched_owners
from lantoa.reporting import services as reporting
from lantoa.territory import selectors as territory
from lantoa.territory.services import apply_reform, load_units

PLAN_DAY = date(2022, 9, 15)
REFORM_DAY = date(2025, 7, 1)
POVERTY = "giam-ngheo"
CHANNELS = ("zalo", "sms", "email", "portal")
SEGMENT = "Bà con toàn tỉnh (mẫu)"


@dataclass
class World:
    """What the steps hand on."""

    province: str
    contacts: int
    base_url: str
    simulators: dict[str, Any] = field(default_factory=dict)
    mail_url: str = ""
    mailbox_url: str = ""
    centre_url: str = ""
    device_url: str = ""
    device_key: str = ""
    root_id: int = 0
    lead_agency: int = 0
    commune_id: int = 0
    staff: Staff | None = None
    message: Message | None = None
    broadcast: Broadcast | None = None
    placed: Broadcast | None = None
    small: list[int] = field(default_factory=list)

    def who(self, name: str) -> User:
        """A member of the sample staff."""
        assert self.staff is not None
        return self.staff[name]


type Figures = dict[str, Any]


def territory_step(world: World) -> Figures:
    """The province as it was when the plan was issued, then the reform of 2025."""
    at = clock.now()
    load_units(province=world.province, as_of=PLAN_DAY, at=at)
    before = territory.count(territory.province(world.province, PLAN_DAY).pk, PLAN_DAY)
    apply_reform(province=world.province, on=REFORM_DAY, at=at)
    root = territory.province(world.province, clock.today())
    world.root_id = root.pk
    after = territory.count(root.pk, clock.today())
    return {
        "2022-09-15": {"districts": before.districts, "communes": before.communes},
        "today": {"districts": after.districts, "communes": after.communes},
        "see": "/ban-lam-viec/don-vi/",
    }


def agencies_step(world: World) -> Figures:
    """The plan's agencies, their successions, and one account a role."""
    at, today = clock.now(), clock.today()
    agencies_services.ensure_province_agencies(province=world.province, on=PLAN_DAY, at=at)
    for day in (PLAN_DAY, today):
        agencies_services.ensure_commune_committees(province=world.province, on=day, at=at)
    addressed = agencies.match_by_name(
        "Sở Lao động - Thương binh và Xã hội", on=PLAN_DAY, province=territory.province(world.province, PLAN_DAY)
    )[0]
    world.lead_agency = agencies.responsible_today(addressed.agency_id, subject=POVERTY, on=today)[0].pk
    world.commune_id = territory.communes(world.root_id, today)[0].id
    committee = agencies.agency_for_unit(world.commune_id, AgencyKind.PEOPLES_COMMITTEE, on=today)
    assert committee is not None
    world.staff = ensure_staff(
        lead_agency=world.lead_agency, commune_agency=committee.pk, since=date(today.year, 1, 1), at=at
    )
    names = agencies.names_on([addressed.agency_id, world.lead_agency], today)
    return {
        "accounts": len(world.staff.by_name),
        "addressed_in_2022": addressed.name,
        "answers_today": names.get(world.lead_agency, ""),
        "see": "/ban-lam-viec/co-quan/",
    }


def plan_step(world: World) -> Figures:
    """The sample plan goes in and is confirmed."""
    at, leader = clock.now(), world.who("lanh-dao")
    version = PlanVersion.objects.order_by("pk").first()
    if version is None:
        source = resources.files("lantoa.planning").joinpath("samples/ke-hoach-mau-1.txt").read_bytes()
        draft = planning.import_plan(
            source=source, filename="ke-hoach-mau-1.txt", by=leader, at=at, unit_id=world.root_id
        )
        version = planning.confirm_plan(draft_id=draft.pk, by=leader, at=at, agency_map=matched_owners(draft))
    return {
        "number": version.plan.number,
        "tasks": Duty.objects.filter(version=version).count(),
        "given_out": Task.objects.filter(duty__version=version, owner__isnull=False).count(),
        "content_lines": ContentLine.objects.filter(version=version).count(),
        "see": f"/ban-lam-viec/ke-hoach/{version.plan_id}/",
    }


def people_step(world: World) -> Figures:
    """Sample contacts that are plainly nobody."""
    here = Person.objects.filter(source="sample").count()
    if here < world.contacts:
        audience.generate_contacts(province=world.province, n=world.contacts - here, seed=171, by=None, at=clock.now())
    return {"contacts": Person.objects.filter(source="sample").count(), "see": "/ban-lam-viec/nguoi-nhan/"}


def page_step(world: World) -> Figures:
    """An editor writes a policy and a story; a second person approves exactly those; they go live."""
    at, editor, reviewer = clock.now(), world.who("bien-tap"), world.who("nguoi-duyet")
    name = territory.names_on([world.root_id], clock.today())[world.root_id]
    site = newsroom.ensure_site(province_name=name, unit_id=world.root_id, by=world.who("quan-tri"), at=at)
    page = PolicyPage.objects.filter(title=story.TITLE).first()
    if page is None:
        page = newsroom.write_policy(
            parent=site.policies["vi"], title=story.TITLE, lead=story.LEAD, who=story.WHO, what=story.WHAT,
            how=story.HOW, papers=papers(by=editor), legal=story.LEGAL,
            audience_groups=["poor", "near_poor"], content_line="b", by=editor, at=at, unit_id=world.root_id,
        )  # fmt: skip
    tale = ArticlePage.objects.filter(title=story.STORY).first() or newsroom.write_article(
        parent=site.articles["vi"], title=story.STORY, lead=story.STORY_LEAD, body=story.STORY_BODY, content_line="b",
        by=editor, at=at, unit_id=world.root_id,
    )  # fmt: skip
    for written in (page, tale):
        if written.first_published_at is None:
            let_out(written, author=editor, reviewer=world.who("nguoi-duyet"), at=clock.now())
    shown = show(
        site=site, editor=editor, reviewer=world.who("nguoi-duyet"), unit_id=world.root_id,
        commune_id=world.commune_id, at=clock.now(),
    )  # fmt: skip
    told = tell(editor=editor, reviewer=reviewer, unit_id=world.commune_id or world.root_id, at=clock.now())
    together = put_together(site=site, editor=editor, reviewer=reviewer, unit_id=world.root_id, at=clock.now())
    ordered = order(editor=editor, reviewer=world.who("nguoi-duyet"), unit_id=world.root_id, at=clock.now())
    page = PolicyPage.objects.get(pk=page.pk)
    rules = ensure_rules(unit_id=world.root_id, editor=editor, reviewer=world.who("nguoi-duyet"))
    return {
        "page": page.title, "live": page.live, "other_kinds": shown, "peoples_stories": told, "rules": rules,
        "ordered": ordered, "together": together.items.count(), "see": page.url,
    }  # fmt: skip


def channels_step(world: World) -> Figures:
    """Accounts at the stand-ins; nothing here reaches anybody, so no hour and no daily share holds it up."""
    for kind in world.simulators:
        _keep_account(world, kind)
    if "telegram" in world.simulators:
        announce(account=ChannelAccount.objects.get(slug=f"{SLUG}-telegram"))
    used = ChannelAccount.objects.filter(enabled=True).order_by("kind")
    return {"accounts": used.count(), "kinds": list(used.values_list("kind", flat=True)), "see": "/ban-lam-viec/kenh/"}


def _keep_account(world: World, kind: str) -> None:
    values, given = world.simulators[kind]
    slug = f"{SLUG}-{kind}"
    known = ChannelAccount.objects.filter(slug=slug).first()
    name, make = MADE_ONCE.get(kind, ("", None))
    if make is not None:
        given = given | {name: (known.secrets().get(name) if known else "") or make()}
    if kind == "loudspeaker":
        values = values | {"public_key": public_of(given[name])}
        world.device_key = values["public_key"]
    save_account(
        by=world.who("can-bo-kenh"), at=clock.now(), kind=kind, name=f"{described(kind).label} (mẫu)",
        settings={**values, "hours": "any", "a_day": 0}, secrets=given, agency_id=world.lead_agency,
        account=known, slug=slug, enabled=kind not in GATEWAYS,
    )  # fmt: skip


def message_step(world: World) -> Figures:
    """One text in the form each channel and each public outlet needs, approved by a second person."""
    editor = world.who("bien-tap")
    page = PolicyPage.objects.get(title=story.TITLE)
    kinds = list(publics())
    message = Message.objects.filter(title=story.TITLE).first() or outreach.create_message(
        draft=outreach.Draft(
            title=story.TITLE, purpose="policy_news", agency_id=world.lead_agency, unit_id=world.root_id,
            body=story.MESSAGE, content_line="a", legal_basis=story.LEGAL_BASIS, page_id=page.pk, publics=kinds,
        ),
        by=editor, at=clock.now(),
    )  # fmt: skip
    _complete(message, kinds, editor)
    _record_where_no_voice(world, message, editor)
    asked = outreach.ask_approval(message=message, by=editor, at=clock.now())
    if not hasattr(asked, "decision"):
        decide(submission_id=asked.pk, by=world.who("nguoi-duyet"), at=clock.now(), approve=True)
    world.message = Message.objects.get(pk=message.pk)
    forms = sorted(message.forms.values_list("channel", flat=True))
    return {"forms": forms, "sha256": asked.sha256, "see": f"/ban-lam-viec/soan-tin/{message.pk}/"}


def _complete(message: Message, kinds: list[str], editor: User) -> None:
    """What no first form makes: the filled template; and the public forms of a message from an earlier version."""
    written = set(message.forms.values_list("channel", flat=True))
    if missing := [kind for kind in kinds if kind not in written]:
        outreach.make_anew(message=message, channels=missing, by=editor, at=clock.now())
    if "zbs" not in written:
        template = outreach.Form(channel="zbs", body=story.TEMPLATE)
        outreach.save_message(message=message, forms=[template], by=editor, at=clock.now())


def _record_where_no_voice(world: World, message: Message, editor: User) -> None:
    """A sound to be approved with the words of the loudspeakers, where no voice reads them."""
    account, form = world.simulators.get("loudspeaker"), message.forms.filter(channel="loudspeaker").first()
    if account is None or account[0]["voice"] or form is None or form.recording:
        return
    spoken = outreach.Form(channel=form.channel, subject=form.subject, body=form.body, recording=tone(seconds=20))
    outreach.save_message(message=message, forms=[spoken], by=editor, at=clock.now())


def release_step(world: World) -> Figures:
    """Choose the audience, see its size, release."""
    officer, at = world.who("can-bo-kenh"), clock.now()
    assert world.message is not None
    segment = Segment.objects.filter(name=SEGMENT).first() or audience.save_segment(
        by=officer, at=at, name=SEGMENT, criteria=Criteria(), unit_id=world.root_id, agency_id=world.lead_agency
    )
    version = world.message.versions.latest("number")
    broadcast = Broadcast.objects.filter(version__message=world.message, segment=segment).order_by("pk").first()
    if broadcast is None:
        plan = outreach.Plan(segment_id=segment.pk, channels=CHANNELS, expires_at=at + timedelta(days=2))
        broadcast = outreach.prepare(version=version, plan=plan, by=officer, at=at)
    world.broadcast = outreach.release(broadcast=broadcast, by=officer, at=clock.now())
    return {"audience": world.broadcast.audience_count, "see": f"/ban-lam-viec/lan-toa/{broadcast.pk}/"}


def spread_done(world: World) -> bool:
    """Whether every delivery has left and the receipts that come have come."""
    assert world.broadcast is not None
    state = Broadcast.objects.values_list("state", flat=True).get(pk=world.broadcast.pk)
    if state != BroadcastState.DONE:
        return False
    by_channel = broadcast_account(world.broadcast.pk).by_channel
    return not any(by_channel.get(kind, {}).get("accepted", 0) for kind in ("zalo", "sms"))


def spread_figures(world: World) -> Figures:
    """The exact account."""
    assert world.broadcast is not None
    account = broadcast_account(world.broadcast.pk)
    return {
        "audience": account.audience,
        "states": account.states,
        "by_channel": {kind or "none": counts for kind, counts in account.by_channel.items()},
        "balanced": account.balanced,
        "see": f"/ban-lam-viec/lan-toa/{world.broadcast.pk}/",
    }


QUESTIONS = {Door.ZALO: story.ZALO_QUESTION, Door.PORTAL: story.WEB_QUESTION}


def _sample_cases(*doors: Door) -> QuerySet[Case]:
    """The story's own questions; what anybody else asked is not the story's to answer."""
    told = CaseEvent.objects.filter(happening=Happening.RECEIVED, text__in=[QUESTIONS[door] for door in doors])
    return Case.objects.filter(door__in=doors, pk__in=told.values("case"))


def ask_by_zalo(world: World) -> None:
    """A citizen writes to the official account; the stand-in signs and posts the webhook."""
    if _sample_cases(Door.ZALO).exists():
        return
    citizen = {"user_id": "mau-00000001", "text": story.ZALO_QUESTION}
    request = urllib.request.Request(  # noqa: S310  (our own loopback address)
        f"{world.simulators['zalo'][0]['api_url']}/_user_says", json.dumps(citizen).encode(),
        {"Content-Type": "application/json"},
    )  # fmt: skip
    urllib.request.urlopen(request, timeout=20).close()  # noqa: S310


def ask_by_form(world: World) -> None:
    """A citizen fills in the portal's form, over HTTP, without JavaScript."""
    if _sample_cases(Door.PORTAL).exists():
        return
    url = f"{world.base_url}/gui-y-kien/"
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    with browser.open(url, timeout=20) as answer:
        page = answer.read().decode()
    hidden = {name: re.search(rf'name="{name}" value="([^"]+)"', page) for name in ("csrfmiddlewaretoken", "key")}
    typed = {name: found.group(1) for name, found in hidden.items() if found}
    typed |= {"text": story.WEB_QUESTION, "matter": "question", "unit": str(world.commune_id), "reply_by": "code"}
    with browser.open(url, urllib.parse.urlencode(typed).encode(), timeout=20) as answer:
        answer.read()


def both_asked(world: World) -> bool:
    """Whether both questions have become cases."""
    return set(_sample_cases(*QUESTIONS).values_list("door", flat=True)) == set(QUESTIONS)


def answers_step(world: World) -> Figures:
    """Staff answer both; one answer is published without names."""
    at = clock.now()
    answerers = {
        Door.ZALO: (world.who("tiep-nhan"), story.ZALO_ANSWER),
        Door.PORTAL: (world.who(COMMUNE_OFFICER), story.WEB_ANSWER),
    }
    waiting = Case.objects.waiting().filter(answered_at=None).values("pk")
    for case in _sample_cases(*answerers).filter(pk__in=waiting):
        officer, text = answerers[Door(case.door)]
        answer_case(case_id=case.pk, text=text, by=officer, at=clock.now())
        if case.door == Door.PORTAL:
            publish_answer(case_id=case.pk, question=story.WEB_QUESTION, answer=text, by=officer, at=clock.now())
    stated = Case.objects.with_state().filter(pk__in=_sample_cases(*QUESTIONS).values("pk"))
    codes = list(stated.values_list("code", flat=True))
    return {
        "received": stated.filter(received_at__lte=timezone.now()).count(),
        "answered": stated.filter(answered_at__isnull=False).count(),
        "asked_at": at.isoformat(timespec="seconds"),
        "see": [f"/tra-loi/{code}/" for code in codes],
    }


def replies_arrived(world: World) -> bool:
    """Whether the replies on the citizens' own channels have been taken."""
    return not _sample_cases(*QUESTIONS).filter(replies__state__in=["pending", "sending"]).exists()


def report_step(world: World, folder: Path) -> Figures:
    """The figures of the quarter as a version nobody can change, and its official document."""
    at, reporter = clock.now(), world.who("bao-cao")
    clipped = clip(reporter=reporter, unit_id=world.root_id, at=at)
    kits = press(editor=world.who("bien-tap"), reviewer=world.who("nguoi-duyet"), unit_id=world.root_id, at=at)
    first = date(at.year, 3 * ((at.month - 1) // 3) + 1, 1)
    last = (first + timedelta(days=100)).replace(day=1) - timedelta(days=1)
    version = reporting.make_version(
        agency_id=world.lead_agency, start=first, end=last, kind="quarter", by=reporter, at=at
    )
    if version.submitted_at is None:
        version = reporting.submit(version_id=version.pk, by=reporter, at=clock.now())
    path = folder / f"bao-cao-{first:%Y-%m}.docx"
    path.write_bytes(reporting.write_document(version.pk))
    return {
        "press": clipped, "kits": kits, "sha256": version.sha256, "report": str(path), "see": "/ban-lam-viec/bao-cao/"
    }  # fmt: skip


def base_url() -> str:
    """Where the run serves."""
    return str(settings.LANTOA_BASE_URL)
