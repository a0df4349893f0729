"""Kits for the press: written by one, released by another, kept back until their hour, put right in the open."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from wagtail.models import Page

from lantoa.approvals import services as approvals
from lantoa.approvals.models import Decision
from lantoa.approvals.services import CannotDecideError
from lantoa.approvals.subjects import kind_of
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.newsroom.models import LegalTextPage
from lantoa.portal.pages import open_page
from lantoa.pressroom import services
from lantoa.pressroom.enums import KitState
from lantoa.pressroom.kit_content import KitText
from lantoa.pressroom.models import Kit, KitVersion
from lantoa.pressroom.rules import PressRefused
from lantoa.pressroom.selectors import kits as reads
from tests.newsroom.samples import document
from tests.pressroom.conftest import KIT, PDF, image

pytestmark = pytest.mark.django_db
DESK = "/ban-lam-viec/bao-chi/bo-tai-lieu/"
SOON = timedelta(hours=2)


def text_of(kit):
    return KitText.read(reads.newest_version(kit.pk).content)


def out(at=None):
    return [row.kit_id for row in reads.kits_out(at or now())]


def for_journalists():
    return [row.kit_id for row in reads.kits_for_journalists()]


def test_nobody_outside_reads_a_kit_before_another_released_it(client, write, editor, leader, release):
    kit = write()
    address = f"/bao-chi/{kit.pk}/"
    sent = services.send_kit(kit_id=kit.pk, by=editor, at=now())
    assert (client.get(address).status_code, out(), for_journalists(), open_page(address)) == (404, [], [], None)
    assert f"{address}</loc>" not in client.get("/sitemap-0.xml").text
    with pytest.raises(CannotDecideError):
        approvals.decide(submission_id=sent.pk, by=editor, at=now(), approve=True)
    facts = {"submission": sent, "by": editor, "at": now(), "verdict": "approved", "post_title": "x"}
    with pytest.raises(DatabaseError, match="approvals_own_text"), transaction.atomic():
        Decision.objects.create(**facts)
    release(kit)
    shown = client.get(address).text
    for said in (KIT.title, KIT.summary, "Ba trăm hộ đã vay vốn.", "tel:02903831234", "Chánh Văn phòng, Sở Mẫu"):
        assert said in shown
    assert f'name="trang" value="{address}"' in shown
    assert f'property="og:title" content="{KIT.title}"' in shown
    page = open_page(address)
    assert (page.title, page.unit_id) == (KIT.title, kit.unit_id)
    assert KIT.summary in client.get("/bao-chi/").text
    assert f"/bao-chi/{kit.pk}/" in client.get("/bao-chi/atom.xml").text
    assert f"{address}</loc>" in client.get("/sitemap-0.xml").text


def test_the_hand_that_wrote_cannot_release_even_if_another_is_named_author(write, editor, leader, province):
    """Whoever puts a kit before approvals by another way, naming another author, is refused by the database."""
    kit, stranger = write(), province.hire(Role.REVIEWER)
    version = reads.newest_version(kit.pk)
    sent = approvals.submit(subject=version.subject, label="x", content=text_of(kit).data(), authors=[],
                            unit_id=province.unit_id, by=stranger, at=now())  # fmt: skip
    with pytest.raises(DatabaseError, match="kit_other_hand"), transaction.atomic():
        Decision.objects.create(submission=sent, by=editor, at=now(), verdict="approved", post_title="x")


def test_until_its_embargo_only_journalists_read_it_then_everybody(client, write, release):
    hour = now() + SOON
    kit = write(embargo_at=hour)
    release(kit)
    assert (out(), for_journalists()) == ([], [kit.pk])
    assert client.get(f"/bao-chi/{kit.pk}/").status_code == 404
    assert KIT.summary not in client.get("/bao-chi/").text + client.get("/bao-chi/atom.xml").text
    assert (out(hour - timedelta(microseconds=1)), out(hour)) == ([], [kit.pk])


def test_a_correction_says_why_and_what_was_out_stays_until_it_is_released(client, write, release, editor):
    kit = write()
    release(kit)
    right = replace(KIT, text="Hai trăm chín mươi hộ đã vay vốn.")
    with pytest.raises(PressRefused):
        services.revise_kit(kit_id=kit.pk, text=right, by=editor, at=now())
    services.revise_kit(kit_id=kit.pk, text=replace(right, why="Số hộ: 290, không phải 300."), by=editor, at=now())
    assert "Ba trăm hộ đã vay vốn." in client.get(f"/bao-chi/{kit.pk}/").text
    release(kit)
    shown = client.get(f"/bao-chi/{kit.pk}/").text
    assert "Số hộ: 290, không phải 300." in shown
    assert "Ba trăm hộ đã vay vốn." not in shown
    services.revise_kit(kit_id=kit.pk, text=replace(right, why="Tên ấp."), by=editor, at=now())
    release(kit)
    shown = client.get(f"/bao-chi/{kit.pk}/").text
    assert "Tên ấp." in shown
    assert "Số hộ: 290, không phải 300." in shown, "older corrections stay to be read"


def test_a_release_taken_back_brings_no_older_version_to_light(write, release, editor, leader):
    kit = write()
    release(kit)
    services.revise_kit(kit_id=kit.pk, text=replace(KIT, why="Số hộ."), by=editor, at=now())
    decision = release(kit)
    approvals.revoke(decision_id=decision.pk, by=leader, at=now(), reason="Sai nữa.")
    assert (out(), for_journalists()) == ([], [])


def test_a_later_embargo_replaces_an_earlier_one_but_hides_nothing_that_is_out(write, release, editor):
    start = now()
    kit = write(embargo_at=start + SOON)
    release(kit)
    later = replace(KIT, embargo_at=start + 2 * SOON, why="Lùi giờ.")
    services.revise_kit(kit_id=kit.pk, text=later, by=editor, at=now())
    release(kit)
    assert (out(start + SOON), out(start + 2 * SOON)) == ([], [kit.pk])
    free = write(title="Đã công bố")
    release(free)
    services.revise_kit(kit_id=free.pk, text=replace(KIT, embargo_at=start + SOON, why="Thêm số."), by=editor, at=now())
    release(free)
    assert out() == [free.pk]
    assert [row.number for row in reads.kits_out(now())] == [1], "everybody keeps what was out; journalists read on"


def test_files_are_served_whole_or_in_part_sandboxed_and_only_with_the_kit(client, write, release, editor, leader):
    kit, photo = write(), image()
    services.add_document(kit_id=kit.pk, content=PDF, filename="Số liệu quý ba.PDF", title="Số liệu quý ba",
                          credit="Sở Mẫu", by=editor, at=now())  # fmt: skip
    services.add_pictures(kit_id=kit.pk, image_ids=[photo.pk], by=editor, at=now())
    document, picture = text_of(kit).files
    address = f"/bao-chi/{kit.pk}/tep/{document.id}/"
    assert client.get(address).status_code == 404
    release(kit)
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"] == 'attachment; filename="so-lieu-quy-ba.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    part = client.get(address, headers={"Range": "bytes=0-4"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"%PDF-")
    shown = client.get(f"/bao-chi/{kit.pk}/").text
    for said in ("Số liệu quý ba", "Sở Mẫu · PDF, 31,3", "Hình Ao cua.", "Hình: Báo Mẫu"):
        assert said in shown
    small = client.get(f"/bao-chi/{kit.pk}/tep/{picture.id}/?nho")
    assert b"".join(small.streaming_content).startswith(b"\xff\xd8\xff")
    photo.shows_people = True
    photo.save()
    assert client.get(f"/bao-chi/{kit.pk}/tep/{picture.id}/").status_code == 404, "consent taken back counts at once"
    other = write(title="Khác")
    release(other)
    assert client.get(f"/bao-chi/{other.pk}/tep/{document.id}/").status_code == 404


def test_only_what_is_known_and_may_be_given_goes_in(write, editor):
    kit = write()
    said = {"kit_id": kit.pk, "by": editor, "at": now()}
    for content, name in ((b"MZ\x90", "so.exe"), (b"<script>", "so.pdf"), (b"%PDF" + bytes(26 << 20), "so.pdf")):
        with pytest.raises(PressRefused):
            services.add_document(content=content, filename=name, title="Số", credit="Sở", **said)
    with pytest.raises(PressRefused):
        services.add_document(content=PDF, filename="so.pdf", title="Số", credit=" ", **said)
    for refused in (image(credit=""), image("Người", shows_people=True)):
        with pytest.raises(Exception, match="“"):
            services.add_pictures(image_ids=[refused.pk], **said)
    assert text_of(kit).files == ()


def test_a_withdrawn_kit_answers_410_with_the_reason(client, write, release, editor):
    kit, hidden = write(), write(title="Kín", embargo_at=now() + SOON)
    services.add_document(kit_id=kit.pk, content=PDF, filename="a.pdf", title="Số", credit="Sở", by=editor, at=now())
    release(kit)
    release(hidden)
    file = text_of(kit).files[0].id
    for one in (kit, kit, hidden):
        services.withdraw_kit(kit_id=one.pk, why="Sai số liệu.", by=editor, at=now())
    for address in (f"/bao-chi/{kit.pk}/", f"/bao-chi/{kit.pk}/tep/{file}/"):
        answer = client.get(address)
        assert (answer.status_code, "Sai số liệu." in answer.text, KIT.summary in answer.text) == (410, True, False)
        assert "/trang-nay/" not in answer.text
    assert client.get(f"/bao-chi/{hidden.pk}/").status_code == 404, "who never could read it learns nothing"
    with pytest.raises(PressRefused):
        services.revise_kit(kit_id=kit.pk, text=replace(KIT, why="x"), by=editor, at=now())


def test_the_database_keeps_what_was_written(write, release):
    kit = write()
    release(kit)
    version = reads.newest_version(kit.pk)
    facts = {"kit": kit, "number": 2, "sha256": version.sha256, "title": version.title, "content": version.content,
             "written_by": version.written_by, "written_at": now()}  # fmt: skip
    for wrong, name in (({}, "kit_correction"), ({"sha256": "0" * 64}, "kit_hash"), ({"title": "X"}, "kit_content"),
                        ({"embargo_at": now()}, "kit_content"), ({"why": "x"}, "kit_content")):  # fmt: skip
        with pytest.raises(DatabaseError, match=name), transaction.atomic():
            KitVersion.objects.create(**facts | wrong)
    statements = ["UPDATE pressroom_kitversion SET title = 'x'", "DELETE FROM pressroom_kitversion",
                  "UPDATE pressroom_kit SET made_at = now()", "TRUNCATE pressroom_kitfile CASCADE",
                  "UPDATE pressroom_kit SET withdrawn_at = now()"]  # fmt: skip
    for statement in statements:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_rights_follow_the_post_its_subtree_and_its_day(client, write, editor, province):
    kit = write()
    near = write(unit_id=province.communes["Xã Đất Thử"])
    strangers = [province.hire(Role.REPORTER), province.hire(Role.EDITOR, commune="Xã Đất Thử"), editor]
    province.posts[editor.pk] = []
    for stranger in strangers:
        with pytest.raises(AccessDenied):
            services.send_kit(kit_id=kit.pk, by=stranger, at=now())
    seen = {role: set(Kit.objects.visible_to(province.hire(role, commune="Xã Đất Thử")).values_list("pk", flat=True))
            for role in (Role.EDITOR, Role.AUDITOR, Role.REPORTER)}  # fmt: skip
    assert seen == {Role.EDITOR: {near.pk}, Role.AUDITOR: {near.pk}, Role.REPORTER: set()}
    client.force_login(strangers[1])
    assert client.get(f"{DESK}{kit.pk}/").status_code == 404


def test_the_desk_writes_files_sends_and_readers_get_it(
    client, province, editor, leader, post, publish, django_assert_max_num_queries
):
    page = publish("article", "Vay vốn nuôi cua")
    client.force_login(editor)
    typed = {"unit_id": province.unit_id, "title": KIT.title, "summary": KIT.summary, "text": KIT.text, "post": post.pk,
             "phone": "", "email": "", "embargo_at": "", "pages": f"https://x.example{page.get_url()}\n/khong-co/",
             "films": "https://phim.example/1 | Ao cua"}  # fmt: skip
    wrong = client.post(f"{DESK}moi/", typed)
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"phone", "pages", "films"})
    right = {"phone": "0290 383 1234", "pages": page.get_url(), "films": "https://phim.example/1 | Ao cua | Đài Mẫu"}
    assert client.post(f"{DESK}moi/", typed | right).status_code == 302
    kit = Kit.objects.get()
    bad = {"doc-file": SimpleUploadedFile("so.exe", b"MZ"), "doc-title": "Số liệu", "doc-credit": "Sở Mẫu"}
    assert client.post(f"{DESK}{kit.pk}/van-ban/", bad).status_code == 422
    good = bad | {"doc-file": SimpleUploadedFile("so.pdf", PDF)}
    assert client.post(f"{DESK}{kit.pk}/van-ban/", good).status_code == 302
    assert client.post(f"{DESK}{kit.pk}/anh/", {"pic-pictures": [image().pk]}).status_code == 302
    assert [one.name for one in text_of(kit).files] == ["so.pdf", "ao-cua.jpg"]
    stays = {"files": [text_of(kit).files[0].id], "upon": reads.newest_version(kit.pk).number}
    assert client.post(f"{DESK}{kit.pk}/sua/", typed | right | stays).status_code == 302
    assert [one.name for one in text_of(kit).files] == ["so.pdf"]
    assert client.post(f"{DESK}{kit.pk}/gui-duyet/").status_code == 302
    with django_assert_max_num_queries(30):
        assert "Chờ công bố" in client.get(DESK).text
    version = reads.newest_version(kit.pk)
    kind = kind_of(version.subject)
    assert kind.link(version.subject) == f"{DESK}{kit.pk}/"
    assert "Sở Mẫu · so.pdf" in "".join(str(one.text) for one in kind.render(text_of(kit).data()))
    submission = approvals.Submission.objects.open().get(subject=version.subject)
    approvals.decide(submission_id=submission.pk, by=leader, at=now(), approve=True)
    (row,) = reads.kits(editor)
    assert reads.state_of(row, now()) == KitState.OUT
    client.get("/bao-chi/")
    with django_assert_max_num_queries(12):
        client.get("/bao-chi/")
    with django_assert_max_num_queries(14):
        shown = client.get(f"/bao-chi/{kit.pk}/").text
    assert "Nhân viên" in shown
    assert "https://phim.example/1" in shown
    assert page.get_url() in shown
    assert client.post(f"{DESK}{kit.pk}/rut/", {"why": " "}).status_code == 422
    assert client.post(f"{DESK}{kit.pk}/rut/", {"why": "Sai số."}).status_code == 302
    assert client.get(f"/bao-chi/{kit.pk}/").status_code == 410


def typed(kit, post, client):
    """What the form of the kit shows, as a browser sends it back."""
    form = client.get(f"{DESK}{kit.pk}/sua/").context["form"]
    return {name: form[name].value() or "" for name in form.fields} | {"post": post.pk}


def test_what_a_colleague_kept_meanwhile_is_neither_dropped_nor_written_over(client, write, editor, leader, post):
    kit = write()
    add = {"kit_id": kit.pk, "content": PDF, "title": "Số", "credit": "Sở", "at": now()}
    services.add_document(filename="so.pdf", by=editor, **add)
    client.force_login(editor)
    mine = typed(kit, post, client) | {"summary": "Lời của tôi."}
    services.add_document(filename="bang.pdf", by=leader, **add | {"content": PDF + b"2"})
    services.revise_kit(kit_id=kit.pk, text=replace(text_of(kit), text="Lời của chị."), by=leader, at=now())
    refused = client.post(f"{DESK}{kit.pk}/sua/", mine)
    assert (refused.status_code, text_of(kit).text, len(text_of(kit).files)) == (422, "Lời của chị.", 2)
    form = refused.context["form"]
    assert str(leader) in str(form.non_field_errors())
    assert "Nội dung cho tòa soạn, Tệp" in str(form.non_field_errors()), "it says what changed meanwhile"
    assert "Lời của tôi." in refused.text
    again = {name: form[name].value() for name in mine}
    assert client.post(f"{DESK}{kit.pk}/sua/", again).status_code == 302
    assert (text_of(kit).summary, [one.name for one in text_of(kit).files]) == ("Lời của tôi.", ["so.pdf", "bang.pdf"])
    with pytest.raises(PressRefused):
        services.revise_kit(kit_id=kit.pk, text=KIT, by=editor, at=now(), upon=1)


def test_more_links_than_fit_are_refused_not_cut(client, write, editor, publish, post):
    kit, page = write(), publish("article", "Vay vốn")
    client.force_login(editor)
    more = {"films": "\n".join(f"https://phim.example/{n} | Ao cua | Đài" for n in range(21)),
            "pages": "\n".join([page.get_url()] * 21)}  # fmt: skip
    refused = client.post(f"{DESK}{kit.pk}/sua/", typed(kit, post, client) | more)
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"films", "pages"})


def test_a_wrong_credit_is_put_right_by_the_same_file_again_and_what_was_released_stays(write, release, editor, client):
    kit, photo = write(), image(credit="Báo Nhầm")
    said = {"kit_id": kit.pk, "by": editor, "at": now()}
    services.add_document(content=PDF, filename="so.pdf", title="Số", credit="Sở Nhầm", **said)
    services.add_pictures(image_ids=[photo.pk], **said)
    release(kit)
    released = reads.newest_version(kit.pk)
    photo.credit = "Báo Đúng"
    photo.save()
    right = {"content": PDF, "filename": "so.pdf", "title": "Số liệu", "credit": "Sở Đúng"}
    with pytest.raises(PressRefused):
        services.add_document(**right, **said)
    services.add_document(**right, why="Ghi nguồn.", **said)
    services.add_pictures(image_ids=[photo.pk], **said)
    document, picture = text_of(kit).files
    assert (document.title, document.credit, picture.credit) == ("Số liệu", "Sở Đúng", "Báo Đúng")
    assert "Báo Nhầm" in client.get(f"/bao-chi/{kit.pk}/").text
    release(kit)
    shown = client.get(f"/bao-chi/{kit.pk}/").text
    assert ("Nhầm" in shown, "Sở Đúng" in shown, "Báo Đúng" in shown) == (False, True, True)
    assert "Sở Nhầm" in KitVersion.objects.get(pk=released.pk).content
    assert services.add_document(**right, **said).number == reads.newest_version(kit.pk).number, "nothing new"


def test_pictures_go_in_together_or_not_at_all(write, editor):
    kit, good, more = write(), image("Một"), image("Hai", size=(1500, 900))
    said = {"kit_id": kit.pk, "by": editor, "at": now()}
    with pytest.raises(Exception, match="“Ba”"):
        services.add_pictures(image_ids=[good.pk, more.pk, image("Ba", shows_people=True).pk], **said)
    assert (text_of(kit).files, kit.files.count()) == ((), 0)
    assert services.add_pictures(image_ids=[good.pk, more.pk], **said).number == 2
    assert len(text_of(kit).files) == 2


def test_a_document_that_a_published_page_shows_goes_in_without_being_uploaded_again(
    client, write, editor, site, publish
):
    law = {"kind": "decree", "number": "1/NĐ", "issuer": "Chính phủ", "issued_on": date(2025, 1, 2)}
    shown, hidden = document("nghi-dinh.pdf", PDF), document("nhap.pdf", PDF + b"2")
    page = publish(LegalTextPage, "Nghị định", file=shown, **law)
    kit = write()
    client.force_login(editor)
    address, said = f"{DESK}{kit.pk}/van-ban/", {"doc-credit": "Chính phủ"}
    offered = client.get(f"{DESK}{kit.pk}/").text
    assert [f'<option value="{one.pk}">' in offered for one in (shown, hidden)] == [True, False]
    sent = {"doc-file": SimpleUploadedFile("a.pdf", PDF)}
    for wrong in ({}, {"doc-library": hidden.pk}, {"doc-library": shown.pk, **sent}, sent):
        assert client.post(address, said | wrong).status_code == 422
    assert client.post(address, said | {"doc-library": shown.pk}).status_code == 302
    (file,) = text_of(kit).files
    assert (file.name, file.title, file.size, file.credit) == ("nghi-dinh.pdf", "nghi-dinh.pdf", len(PDF), "Chính phủ")
    Page.objects.filter(pk=page.pk).update(live=False)
    assert client.post(address, said | {"doc-library": shown.pk, "doc-title": "Khác"}).status_code == 422


@pytest.mark.parametrize(
    "said",
    [
        "Chị Thạch Thị Mẫu thuộc hộ nghèo.", "Số căn cước 096301001234.",
        "Em Nguyễn Thị Mẫu, học lớp 5 Trường Tiểu học Rạch Thử, được tặng xe.",
    ],
)  # fmt: skip
def test_a_kit_that_singles_a_person_out_is_not_released(write, editor, said):
    with pytest.raises(PressRefused, match="nêu rõ một người"):
        services.send_kit(kit_id=write(text=said).pk, by=editor, at=now())
