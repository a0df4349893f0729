"""From a story sent to a page and back: credit as wished, consent that counts, and word to the sender."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import localdate
from wagtail.documents import get_document_model
from wagtail.models import Page

from lantoa.approvals.selectors import pending_for
from lantoa.audience.services import erase_person
from lantoa.channels.services import save_account
from lantoa.contributions import services
from lantoa.contributions.enums import Credit, LetterState, StoryHappening, StoryState
from lantoa.contributions.holdings import stories_of
from lantoa.contributions.models import Story, StoryAnswer, StoryFile, StoryLetter
from lantoa.contributions.rules import StoryRefused
from lantoa.contributions.selectors import why_page_is_barred
from lantoa.contributions.services import Contact
from lantoa.contributions.services.editing import Draft, Shot
from lantoa.contributions.telling import send_letter
from lantoa.contributions.wording import Agreed
from lantoa.editorial import services as editorial
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.kernel.models import AuditEntry
from lantoa.kernel.private_files import opened
from lantoa.newsroom import checks
from lantoa.newsroom import selectors as newsroom_reads
from lantoa.newsroom import services as newsroom
from lantoa.newsroom.enums import SectionKind, Severity
from lantoa.newsroom.models import NewsImage
from lantoa.newsroom.rules import NotReadyError
from lantoa.simulators.sms import SEND, SmsSimulator
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.stage import running
from tests.contributions.conftest import TEXT, m4a, photo
from tests.newsroom import passing
from tests.newsroom.passing import let_out
from tests.newsroom.samples import image

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(editor, site):
    """Take a story up and make a page of it."""

    def go(story, kind=SectionKind.ARTICLES, *, people=False, language="vi"):
        services.take_up(story_id=story.pk, by=editor, at=now())
        shots = [Shot(file_id=file.pk, alt="Một chiếc ghe ở bến.", people=people) for file in story.files.all()]
        wanted = Draft(kind=kind, language=language, title="Ba mùa cua", lead="Chuyện ở ấp.", text=TEXT, shots=shots)
        return services.make_draft(story_id=story.pk, draft=wanted, by=editor, at=now()).page.specific

    return go


SEEN_FIRST = (SectionKind.ROLE_MODELS, SectionKind.INITIATIVES)
"""Kinds of which the newsroom asks who saw it."""


@pytest.fixture
def out(draft, editor, reviewer, run_jobs):
    """The same, approved and before readers."""

    def go(story, kind=SectionKind.ARTICLES, **how):
        page = draft(story, kind, **how)
        vouched = {"unverified": "Đã gọi hỏi trưởng ấp."} if kind in SEEN_FIRST else {}
        newsroom.submit_page(page=page, by=editor, at=now(), accepted=vouched)
        page = newsroom.approve_page(page=page, by=reviewer, at=now())
        run_jobs()
        story.refresh_from_db()
        return page

    return go


NAMED = {"credit": Credit.GIVEN, "name": "Nguyễn Thị Hoa", "hamlet": "ấp 4"}


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (SectionKind.ARTICLES, "Người kể: Hoa, ấp 4."),
        (SectionKind.ROLE_MODELS, "Hoa, ấp 4"),
        (SectionKind.INITIATIVES, "Người kể: Hoa, ấp 4."),
        (SectionKind.PHOTOS, "Hoa, ấp 4"),
    ],
)
def test_a_story_goes_out_as_each_kind_with_the_name_as_wished(client, send, out, kind, shown):
    story = send(photos=[photo()], agreed=Agreed(faces=True), **NAMED)
    page = out(story, kind, people=True)
    read = client.get(page.url)
    assert read.status_code == 200
    assert shown in read.text
    assert "Nguyễn" not in read.text
    image = NewsImage.objects.get()
    assert (image.credit, image.consent_from, image.consent_on) == (
        "Hoa, ấp 4",
        "Hoa, ấp 4",
        localdate(story.consent.at),
    )
    assert story.state == StoryState.PUBLISHED


def named(page):
    """What the check says of how the sender is named: how grave, and the words."""
    newest = newsroom_reads.fresh(page).get_latest_revision_as_object()
    return [(one.severity, one.words) for one in checks.run(newest, on=localdate()) if one.code == "credit"]


@pytest.mark.parametrize(
    "kind",
    [SectionKind.ARTICLES, SectionKind.ROLE_MODELS, SectionKind.INITIATIVES, SectionKind.PHOTOS, SectionKind.AUDIO],
)
@pytest.mark.parametrize("wish", [NAMED, {"credit": Credit.NOBODY}])
def test_the_credit_is_asked_for_where_a_later_version_leaves_it_out(send, draft, editor, kind, wish):
    story = send(photos=[photo()], voice=m4a(), agreed=Agreed(voice=True), **wish)
    page = draft(story, kind)
    assert named(page) == []
    other = {
        SectionKind.ROLE_MODELS: {"named_as": "Chị Lan"}, SectionKind.PHOTOS: {"byline": "Chị Lan"},
        SectionKind.AUDIO: {"transcript": "<p>Người kể: Lan, ấp 5.</p>"},
    }.get(kind, {"body": [("paragraph", "<p>Người kể: Lan, ấp 5.</p>")]})  # fmt: skip
    newsroom.revise_page(page=page, by=editor, at=now(), **other)
    assert named(page) == [(Severity.WARN, "")]
    with pytest.raises(NotReadyError):
        newsroom.submit_page(page=page, by=editor, at=now())


@pytest.mark.parametrize(
    ("wish", "said", "found"),
    [
        ({"credit": Credit.NOBODY}, "Chị Nguyễn Thị  Hoa kể.", "Nguyễn Thị Hoa"),
        ({"credit": Credit.NOBODY}, "CHỊ NGUYỄN THỊ HOA KỂ.", "NGUYỄN THỊ HOA"),
        (NAMED, "Chị Nguyễn Thị Hoa kể.", "Nguyễn Thị Hoa"),
        (NAMED | {"credit": Credit.FULL}, "Chị Nguyễn Thị Hoa kể.", ""),
        ({"credit": Credit.NOBODY}, "Chị Nguyễn Thị Hoan và nguyễn thị hoa trong thơ.", ""),
    ],
)
def test_a_full_name_that_is_not_to_be_printed_keeps_the_page_from_going_out(send, draft, editor, wish, said, found):
    story = send(contact=Contact("sms", "0912345678", "nguyễn thị hoa"), **wish)
    page = draft(story)
    newsroom.revise_page(page=page, by=editor, at=now(), lead=said)
    assert named(page) == ([(Severity.STOP, found)] if found else [])
    if found:
        with pytest.raises(NotReadyError, match=found):
            newsroom.submit_page(page=page, by=editor, at=now(), accepted={"credit": "Biết rồi."})


def test_a_translation_names_the_sender_as_wished_in_its_own_language(send, out, editor):
    page = out(send())
    english = newsroom.begin_translation(page=page, language="en", by=editor, at=now())
    assert named(english) == [(Severity.WARN, "")]
    newsroom.revise_page(page=english, by=editor, at=now(), body=[("paragraph", "<p>Told by a citizen.</p>")])
    assert named(english) == []


def test_nobody_is_asked_to_name_whose_words_are_deleted(send, out, editor):
    story = send(**NAMED)
    page = out(story)
    newsroom.revise_page(page=page, by=editor, at=now(), body=[("paragraph", "<p>Lời mới.</p>")])
    assert named(page) == [(Severity.WARN, "")]
    services.empty_old_stories(at=now() + timedelta(days=settings.LANTOA_STORY_KEEP_DAYS + 1))
    assert named(page) == []


def test_a_recording_becomes_a_page_to_listen_to_only_where_its_voice_may_be_heard(send, draft, out):
    with pytest.raises(StoryRefused, match="không đồng ý phát"):
        draft(send(voice=m4a(), text="", agreed=Agreed(voice=False)), SectionKind.AUDIO)
    page = out(send(voice=m4a(75), agreed=Agreed(voice=True)), SectionKind.AUDIO)
    assert page.length == "1 phút 15 giây"


def test_a_face_without_consent_keeps_the_page_from_going_out(send, draft, editor):
    page = draft(send(photos=[photo()]), people=True)
    with pytest.raises(NotReadyError, match="đồng ý"):
        newsroom.submit_page(page=page, by=editor, at=now())


WORDS = "Ba mùa cua"
"""What only the story says: in the page, its versions, its pictures, its sound."""


def rows_with(words):
    """The tables, besides what approvals keep closed, where a row says this."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table != "approvals_submission":
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', [f"%{words}%"])
                if cursor.fetchone()[0]:
                    found.add(table)
    return found


def media():
    return {path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


@pytest.mark.parametrize("sent_in", [False, True])
def test_taken_back_before_publication_leaves_no_draft_picture_or_file(
    sent_in, send, draft, editor, reviewer, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        before, story = media(), send(photos=[photo()], agreed=Agreed(faces=True), **NAMED)
        page = draft(story, people=True)
        page.lead = "Lời khác, do người khác viết."
        page.save_revision(user=reviewer, log_action=True)  # a colleague's hand in it changes nothing
        NewsImage.objects.get().get_rendition("fill-240x160")
        if sent_in:
            page = newsroom.revise_page(page=page, by=editor, at=now(), lead="Chuyện ở ấp.")
            newsroom.submit_page(page=page, by=editor, at=now())
    path, number = story.files.get().path, story.number.lower()
    assert {"wagtailcore_page", "wagtailcore_revision", "wagtailcore_pagelogentry"} <= rows_with(WORDS)
    assert len(media() - before) == 2
    with django_capture_on_commit_callbacks(execute=True):
        services.take_back(story_id=story.pk, by=None, at=now())
        services.take_back(story_id=story.pk, by=None, at=now())
    story.refresh_from_db()
    assert (story.state, story.text, story.credited_as, story.hamlet) == (StoryState.WITHDRAWN, "", "", "")
    assert story.events.filter(happening=StoryHappening.WITHDRAWN).count() == 1
    with pytest.raises(FileNotFoundError):
        opened(path)
    assert [rows_with(words) for words in (WORDS, "hai công vuông", "chiếc ghe ở bến", f"{number}-1")] == [set()] * 4
    assert not NewsImage.objects.exists()
    assert not Page.objects.filter(pk=page.pk).exists()
    assert media() == before
    assert AuditEntry.objects.filter(action="newsroom.page_forgotten", subject=f"newsroom.page:{page.pk}").exists()
    assert not pending_for(reviewer).exists(), "nobody is asked to decide on what is gone"


def test_taken_back_a_recording_goes_from_the_library_too(send, draft, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        before, story = media(), send(voice=m4a(75), agreed=Agreed(voice=True))
        draft(story, SectionKind.AUDIO)
    assert len(media() - before) == 1
    with django_capture_on_commit_callbacks(execute=True):
        services.take_back(story_id=story.pk, by=None, at=now())
    assert not get_document_model().objects.exists()
    assert media() == before


def test_taken_back_a_recording_that_another_page_plays_is_silent_and_that_page_is_listed(
    client, send, draft, editor, reviewer, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        before, story = media(), send(voice=m4a(75), agreed=Agreed(voice=True))
        sound = draft(story, SectionKind.AUDIO).file
        other = newsroom.write_article(
            parent=newsroom_reads.section_of(SectionKind.ARTICLES, "vi"), title="Bài khác", lead="Vài lời.", by=editor,
            at=now(), body=[("listen", {"audio": sound, "title": "Nghe", "length": "75 giây"})],
        )  # fmt: skip
        other = released(other, editor, reviewer)
    assert b"".join(client.get(sound.url).streaming_content)
    with django_capture_on_commit_callbacks(execute=True):
        services.take_back(story_id=story.pk, by=None, at=now())
    assert media() == before
    assert [client.get(one).status_code for one in (sound.url, other.url)] == [404, 200]
    client.force_login(editor, "allauth.account.auth_backends.AuthenticationBackend")
    assert "Thiếu một bản ghi âm: Bài khác" in client.get("/ban-lam-viec/").text


def test_taken_back_after_publication_no_copy_is_left_and_other_pages_with_it_are_listed(
    client, send, out, editor, reviewer, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        before, story = media(), send(photos=[photo()], voice=m4a(75), agreed=Agreed(voice=True), **NAMED)
        page = out(story, SectionKind.PHOTOS)
        shot = NewsImage.objects.get()
        url = shot.get_rendition("fill-440x248|format-webp").url
        NewsImage.objects.update(consent_scope="everywhere", shows_people=False)
        other = newsroom.write_article(
            parent=newsroom_reads.section_of(SectionKind.ARTICLES, "vi"), title="Bài khác", lead="Vài lời.", by=editor,
            at=now(), body=[("image", {"image": shot, "caption": ""})],
        )  # fmt: skip
        other = released(other, editor, reviewer)
    assert b"".join(client.get(url).streaming_content)
    assert [client.get(one).status_code for one in (page.url, other.url)] == [200, 200]
    with django_capture_on_commit_callbacks(execute=True):
        services.take_back(story_id=story.pk, by=None, at=now())
    assert media() == before, "neither the photo nor a drawn size of it"
    assert [client.get(one).status_code for one in (url, page.url, other.url)] == [404, 200, 200]
    assert "<picture>" not in client.get(page.url).text + client.get(other.url).text
    shot = NewsImage.objects.get(pk=shot.pk)
    assert (shot.title, shot.description, shot.credit) == ("Đã rút lại", "Ảnh đã được rút lại.", "")
    client.force_login(reviewer, "allauth.account.auth_backends.AuthenticationBackend")
    assert "Gỡ xuống: Ba mùa cua" in client.get("/ban-lam-viec/").text
    client.force_login(editor, "allauth.account.auth_backends.AuthenticationBackend")
    today = client.get("/ban-lam-viec/").text
    assert "Thiếu một ảnh: Bài khác" in today
    assert "Thiếu một ảnh: Ba mùa cua" not in today, "it must come down, not be mended"


def test_pictures_from_the_library_stay_when_a_story_that_showed_them_is_taken_back(send, draft, editor):
    stock, story = image("Chợ nổi"), send()
    page = draft(story)
    newsroom.revise_page(page=page, by=editor, at=now(), cover=stock)
    services.take_back(story_id=story.pk, by=None, at=now())
    stock.refresh_from_db()
    assert (stock.may_be_shown, stock.file.storage.exists(stock.file.name)) == (True, True)


def released(page, editor, reviewer):
    newsroom.submit_page(page=page, by=editor, at=now())
    return newsroom.approve_page(page=page, by=reviewer, at=now())


def test_one_taken_back_after_approval_leaves_its_bundle_and_stops_no_other(
    client, send, draft, editor, reviewer, monkeypatch
):
    gone = send(**NAMED)
    pages, hour = [draft(gone), draft(send()), draft(send())], now() + timedelta(hours=1)
    bundles = []
    for place, page in enumerate(pages):
        row = editorial.create_bundle(name=f"Bộ {place}", unit_id=page.unit_id, by=editor, at=now(),
                                      go_live_at=hour + timedelta(minutes=place))  # fmt: skip
        editorial.add_to_bundle(bundle_id=row.pk, page_id=page.pk, by=editor, at=now())
        bundles.append(row)
        released(page, editor, reviewer)
    services.take_back(story_id=gone.pk, by=None, at=now())
    client.force_login(editor, "allauth.account.auth_backends.AuthenticationBackend")
    url = f"/ban-lam-viec/toa-soan/dang-cung/{bundles[0].pk}/"
    assert "chưa có trang nào" in client.post(f"{url}dang/", follow=True).text, "why the button did nothing"
    real = type(pages[1]).publish

    def publish(page, *args, **kwargs):
        done = real(page, *args, **kwargs)
        if page.pk == pages[1].pk:  # as a trigger that refuses, or a deadlock
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
        return done

    monkeypatch.setattr(type(pages[1]), "publish", publish)
    assert editorial.release_due_bundles(at=hour + timedelta(hours=1)) == 1
    lives = dict(Page.objects.filter(pk__in=[page.pk for page in pages]).values_list("pk", "live"))
    assert lives == {pages[1].pk: False, pages[2].pk: True}
    held = AuditEntry.objects.filter(action="editorial.bundle_held").values_list("subject", flat=True)
    assert set(held) == {f"editorial.bundle:{row.pk}" for row in bundles[:2]}


def test_a_new_version_of_a_page_whose_story_was_taken_back_goes_out_by_no_button(client, send, out, editor, reviewer):
    story = send(**NAMED)
    page = out(story)
    newsroom.revise_page(page=page, by=editor, at=now(), lead="Lời mới.")
    made = newsroom.set_embargo(page=page, until=now() + timedelta(hours=1), by=reviewer, at=now())
    released(page, editor, reviewer)
    services.take_back(story_id=story.pk, by=None, at=now())
    services.take_down(story_id=story.pk, by=reviewer, at=now())
    client.force_login(reviewer, "allauth.account.auth_backends.AuthenticationBackend")
    lifted = client.post(f"/ban-lam-viec/toa-soan/bai/{page.pk}/bo-cam-van/", {"reason": "Xong"}, follow=True)
    assert (lifted.status_code, story.number in lifted.text) == (200, True)
    made.refresh_from_db()
    assert made.lift_reason == "Xong"
    with pytest.raises(NotReadyError, match=story.number):
        newsroom.submit_page(page=page, by=editor, at=now())
    assert not Page.objects.get(pk=page.pk).live


def test_taken_back_no_translation_goes_out_or_is_begun(send, out, editor, reviewer):
    story = send(**NAMED)
    page = out(story)
    english = newsroom.begin_translation(page=page, language="en", by=editor, at=now())
    let_out(english, author=editor, reviewer=reviewer, at=now())
    services.take_back(story_id=story.pk, by=None, at=now())
    with pytest.raises(NotReadyError, match=story.number):
        newsroom.begin_translation(page=page, language="km", by=editor, at=now())
    english = newsroom.revise_page(page=english, by=editor, at=now(), lead="In other words.")
    with pytest.raises(NotReadyError, match=story.number):
        passing.send(english, by=editor, at=now())


def test_what_was_declined_goes_out_only_when_it_is_taken_up_again_and_is_forgotten_with_the_story(
    send, draft, editor, settings
):
    settings.LANTOA_STORY_KEEP_DAYS = 30
    long_ago = now() - timedelta(days=31)
    story = send(**NAMED)
    page = draft(story)
    services.decline(story_id=story.pk, text="Cảm ơn bà con.", by=editor, at=now())
    with pytest.raises(NotReadyError, match=story.number):
        newsroom.submit_page(page=page, by=editor, at=now())
    services.take_up(story_id=story.pk, by=editor, at=now())
    assert newsroom.submit_page(page=page, by=editor, at=now())
    other = send(at=long_ago, **NAMED)
    unwanted = draft(other)
    services.decline(story_id=other.pk, text="Cảm ơn bà con.", by=editor, at=now())
    assert services.empty_old_stories(at=now() + timedelta(days=31)) == 1
    assert not Page.objects.filter(pk=unwanted.pk).exists()
    assert Page.objects.filter(pk=page.pk).exists()


def test_taken_back_after_publication_stands_first_on_the_desk_until_it_is_down(client, send, out, editor, reviewer):
    story = send(**NAMED)
    page = out(story)
    services.take_back(story_id=story.pk, by=None, at=now())
    assert why_page_is_barred(page.pk)
    client.force_login(reviewer, "allauth.account.auth_backends.AuthenticationBackend")
    today = client.get("/ban-lam-viec/").text
    assert "Gỡ xuống: Ba mùa cua" in today
    with pytest.raises(AccessDenied):
        services.take_down(story_id=story.pk, by=editor, at=now())
    answer = client.post(f"/ban-lam-viec/chuyen-dan/{story.number}/take_down/", follow=True)
    assert "Trang đã gỡ xuống" in answer.text
    gone = client.get(page.url)
    assert (gone.status_code, "không phải vì viết sai" in gone.text) == (410, True)
    assert "Gỡ xuống:" not in client.get("/ban-lam-viec/").text


def test_the_sender_is_told_by_mail_when_it_is_out_and_the_name_is_in_no_row_of_the_story(send, out, run_jobs):
    smtp = SmtpSimulator()
    with running(smtp):
        settings = {"host": "127.0.0.1", "port": smtp.smtp_port, "security": "none", "sender": "tin@lantoa.example"}
        save_account(by=None, at=now(), kind="email", name="Thư", settings=settings)
        story = send(contact=Contact("email", "hoa@vi-du.example", "Nguyễn Thị Hoa"))
        page = out(story)
    [raw] = smtp.mails.values()
    mail = message_from_bytes(raw, policy=default)
    text = mail.get_body(("plain",)).get_content()
    assert mail["To"] == "hoa@vi-du.example"
    assert page.url in text
    assert f"/gui-chuyen/{story.code}/" in text
    assert StoryLetter.objects.get().state == LetterState.SENT
    row = Story.objects.filter(pk=story.pk).values().get()
    assert not any("Hoa" in str(value) or "hoa@" in str(value) for value in row.values())


def test_the_sender_is_told_by_text_message_once_when_it_is_out(send, out, run_jobs):
    sms = SmsSimulator(receipts=False)
    with running(sms):
        save_account(
            by=None, at=now(), kind="sms", name="Tin nhắn",
            settings={"url": sms.url + SEND, "hours": "any", "timeout": 5},
            secrets={"api_key": "demo-api-key", "secret_key": "demo-secret-key", "callback_secret": "s" * 40},
        )  # fmt: skip
        story = send(contact=Contact("sms", "0912345678", "Nguyễn Thị Hoa"))
        page = out(story)
        run_jobs()
        letter = StoryLetter.objects.get()
        send_letter(letter_id=letter.pk, at=now())
    [said] = sms.ledger.entries.values()
    assert (said.address, said.times) == ("84912345678", 1)
    assert page.url in said.text
    assert f"/gui-chuyen/{story.code}/" in said.text
    assert "Hoa" not in said.text
    assert letter.state == LetterState.SENT


@pytest.fixture
def asked(send, editor):
    """A story taken up, whose sender was asked something."""

    def go(**said):
        story = send(**said)
        services.take_up(story_id=story.pk, by=editor, at=now())
        services.ask(story_id=story.pk, text="Vuông cua rộng bao nhiêu?", by=editor, at=now())
        return story

    return go


def test_the_sender_is_asked_answers_by_code_once_and_the_editor_is_told(client, asked, editor):
    story = asked()
    page = client.get(f"/gui-chuyen/{story.code}/").text
    assert "Vuông cua rộng bao nhiêu?" in page
    assert str(editor) not in page
    empty = client.post(f"/gui-chuyen/{story.code}/", {"text": " ", "website": ""})
    assert (empty.status_code, "Vuông cua rộng" in empty.text) == (422, True)
    said = {"text": "Hai công, gần bến.", "website": ""}
    first, again = (client.post(f"/gui-chuyen/{story.code}/", said) for _ in range(2))
    assert first.url == again.url == f"/gui-chuyen/{story.code}/?dap=1"
    assert StoryAnswer.objects.get().text == "Hai công, gần bến."
    other = client.post(f"/gui-chuyen/{story.code}/", {"text": "Ba công.", "website": ""})
    assert (other.status_code, "Không còn câu hỏi nào" in other.text) == (422, True)
    followed = client.get(first.url).text
    assert ("Hai công, gần bến." in followed, 'name="text"' in followed) == (True, False)
    client.force_login(editor, "allauth.account.auth_backends.AuthenticationBackend")
    assert "Người gửi đã trả lời: " in client.get("/ban-lam-viec/").text
    assert "Hai công, gần bến." in client.get(f"/ban-lam-viec/chuyen-dan/{story.number}/").text
    services.add_note(story_id=story.pk, text="Đã đọc.", by=editor, at=now())
    assert "Người gửi đã trả lời: " not in client.get("/ban-lam-viec/").text
    client.post(f"/ban-lam-viec/chuyen-dan/{story.number}/ask/", {"text": "Bán được bao nhiêu?"})
    assert "Bán được bao nhiêu?" in client.get(f"/gui-chuyen/{story.code}/").text


def test_a_question_goes_by_the_way_the_sender_left(asked, run_jobs):
    smtp = SmtpSimulator()
    with running(smtp):
        settings = {"host": "127.0.0.1", "port": smtp.smtp_port, "security": "none", "sender": "tin@lantoa.example"}
        save_account(by=None, at=now(), kind="email", name="Thư", settings=settings)
        story = asked(contact=Contact("email", "hoa@vi-du.example", "Nguyễn Thị Hoa"), language="km")
        run_jobs()
    [raw] = smtp.mails.values()
    text = message_from_bytes(raw, policy=default).get_body(("plain",)).get_content()
    assert "អ្នកកែសម្រួលមានសំណួរ" in text
    assert "Vuông cua rộng bao nhiêu?" in text
    assert f"/km/gui-chuyen/{story.code}/" in text
    assert StoryLetter.objects.get().state == LetterState.SENT


def test_nobody_is_asked_before_a_story_is_taken_up_nor_without_words_nor_by_strangers(send, asked, editor, province):
    with pytest.raises(StoryRefused):
        services.ask(story_id=send().pk, text="Ở đâu?", by=editor, at=now())
    story = asked()
    with pytest.raises(StoryRefused):
        services.ask(story_id=story.pk, text=" ", by=editor, at=now())
    with pytest.raises(AccessDenied):
        services.ask(
            story_id=story.pk, text="Ở đâu?", by=province.hire(Role.EDITOR, commune="Xã Bãi Xa"), at=now()
        )  # fmt: skip
    with pytest.raises(StoryRefused):
        services.answer(story_id=send(key="khac").pk, text="Dạ ở ấp 4.", at=now())


def test_an_answer_never_changes_and_goes_with_the_other_words(asked):
    story = asked(contact=Contact("sms", "0912345678", "Hoa"))
    services.answer(story_id=story.pk, text="Hai công, gần bến.", at=now())
    with pytest.raises(DatabaseError), transaction.atomic():
        StoryAnswer.objects.update(text="Ba công.")
    assert "Hai công, gần bến." in stories_of(story.person_id).rows[0]["text"]
    services.take_back(story_id=story.pk, by=None, at=now())
    assert rows_with("Hai công, gần bến.") == set()
    with pytest.raises(StoryRefused):
        services.answer(story_id=story.pk, text="Hai công, gần bến.", at=now())


def test_declining_takes_words_that_the_sender_reads(client, send, editor):
    story = send()
    with pytest.raises(StoryRefused):
        services.decline(story_id=story.pk, text="  ", by=editor, at=now())
    services.decline(story_id=story.pk, text="Cảm ơn bà con. Ảnh mờ quá, mong gửi lại.", by=editor, at=now())
    page = client.get(f"/gui-chuyen/{story.code}/")
    assert "Ảnh mờ quá" in page.text
    assert str(editor) not in page.text


def test_an_erased_person_takes_their_stories_along_and_sees_them_before(send, editor, run_jobs):
    story = send(contact=Contact("sms", "0912345678", "Hoa"))
    held = stories_of(story.person_id)
    assert held.rows[0]["text"] == TEXT
    erase_person(by=None, at=now(), person=story.person)
    run_jobs()
    story.refresh_from_db()
    assert (story.state, story.text) == (StoryState.WITHDRAWN, "")


def test_old_stories_and_files_never_sent_are_forgotten(send, editor, settings, django_capture_on_commit_callbacks):
    settings.LANTOA_STORY_KEEP_DAYS = 30
    long_ago = now() - timedelta(days=31)
    old, fresh = send(photos=[photo()], at=long_ago), send()
    services.decline(story_id=old.pk, text="Cảm ơn.", by=editor, at=long_ago)
    services.decline(story_id=fresh.pk, text="Cảm ơn.", by=editor, at=now())
    services.hold_photo(draft_key=uuid4(), content=photo("#111111"), at=now() - timedelta(days=2))
    with django_capture_on_commit_callbacks(execute=True):
        assert services.empty_old_stories(at=now()) == 1
        services.forget_unsent_files(at=now())
    assert services.empty_old_stories(at=now()) == 0
    assert not StoryFile.objects.exists()
    old.refresh_from_db()
    assert (old.text, old.state) == ("", StoryState.DECLINED)
    assert Story.objects.get(pk=fresh.pk).text == TEXT


def test_a_child_needs_a_guardian_and_a_name_needs_its_words(send):
    with pytest.raises(StoryRefused, match="giám hộ"):
        send(child=True)
    assert send(child=True, guardian="Trần Văn Ba", agreed=Agreed(guardian=True)).consent.by_guardian
    with pytest.raises(StoryRefused, match="tên"):
        send(credit=Credit.FULL, name=" ")
    with pytest.raises(StoryRefused, match="ghi âm"):
        send(text="")


def test_an_editor_of_another_commune_neither_reads_nor_works(client, send, province):
    story = send(commune="Xã Bãi Xa", photos=[photo()])
    stranger = province.hire(Role.EDITOR, commune="Xã Đất Thử")
    client.force_login(stranger, "allauth.account.auth_backends.AuthenticationBackend")
    for path in ("", f"tep/{story.files.get().pk}/", "trang/"):
        assert client.get(f"/ban-lam-viec/chuyen-dan/{story.number}/{path}").status_code == 404
    assert story.number not in client.get("/ban-lam-viec/chuyen-dan/").text
    with pytest.raises(AccessDenied):
        services.take_up(story_id=story.pk, by=stranger, at=now())
