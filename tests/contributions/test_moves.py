"""The moves of a story: services, the table and the database's trigger say the same, whatever is tried."""

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import Page

from lantoa.contributions import services
from lantoa.contributions.enums import MOVES, StoryHappening, StoryState
from lantoa.contributions.models import Story, StoryConsent, StoryEvent
from lantoa.kernel.clock import now

pytestmark = pytest.mark.django_db
walks = settings(max_examples=60)


@walks
@given(st.lists(st.sampled_from(list(StoryHappening)), min_size=1, max_size=8))
def test_the_database_takes_exactly_the_moves_of_the_table(send, editor, happenings):
    with transaction.atomic():
        story = send()
        Story.objects.filter(pk=story.pk).update(page=Page.get_first_root_node())
        state = StoryState.RECEIVED
        for happening in happenings:
            expected = MOVES[state].get(happening)
            try:
                with transaction.atomic():
                    StoryEvent.objects.create(story=story, happening=happening, at=now(), by=editor, text="Lời.")
            except DatabaseError:
                assert expected is None
            else:
                assert expected is not None
                state = expected
            story.refresh_from_db()
            assert story.state == state
            assert (story.settled_at is None) == (state in (StoryState.RECEIVED, StoryState.IN_WORK))
        transaction.set_rollback(True)


def test_nothing_is_published_without_a_page(send, editor):
    story = send()
    services.take_up(story_id=story.pk, by=editor, at=now())
    with pytest.raises(DatabaseError, match="story_move"), transaction.atomic():
        StoryEvent.objects.create(story=story, happening=StoryHappening.PUBLISHED, at=now())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contributions_story SET state = 'published'",
        "UPDATE contributions_story SET text = 'Lời khác.'",
        "UPDATE contributions_story SET credited_as = 'Tên khác', credit = 'full'",
        "UPDATE contributions_storyevent SET text = 'x'",
        "DELETE FROM contributions_storyevent",
        "UPDATE contributions_storyconsent SET covers_faces = true",
        "DELETE FROM contributions_storyconsent",
        "TRUNCATE contributions_storyevent CASCADE",
        "TRUNCATE contributions_storyconsent",
    ],
)
def test_history_consent_and_words_refuse_change_by_direct_sql(send, statement):
    send()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_consent_is_on_record_in_the_words_and_version_agreed_to(send):
    consent = StoryConsent.objects.get(story=send())
    assert consent.version == 1
    assert consent.wording.startswith("Tôi đồng ý để cơ quan biên tập và đăng")
    assert (consent.covers_text, consent.covers_faces, consent.covers_voice) == (True, False, False)
