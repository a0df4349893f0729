"""An editor asks the sender, who answers by their code; what was answered goes with their other words."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The whole of the trigger of migration 0002, with the steps that leave a story in work as given.
STEP = """
CREATE OR REPLACE FUNCTION contributions_story_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stands text; page bigint; became text; begun boolean;
BEGIN
    SELECT state, page_id INTO stands, page FROM contributions_story WHERE id = NEW.story_id FOR UPDATE;
    SELECT EXISTS (SELECT FROM contributions_storyevent WHERE story_id = NEW.story_id) INTO begun;
    became := CASE
        WHEN NOT begun THEN CASE NEW.happening WHEN 'received' THEN 'received' END
        WHEN NEW.happening = 'noted' THEN stands
        WHEN NEW.happening = 'taken' AND stands IN ('received', 'in_work', 'declined') THEN 'in_work'
        WHEN NEW.happening IN (__IN_WORK__) AND stands = 'in_work' THEN 'in_work'
        WHEN NEW.happening = 'published' AND stands = 'in_work' AND page IS NOT NULL THEN 'published'
        WHEN NEW.happening = 'declined' AND stands IN ('received', 'in_work') THEN 'declined'
        WHEN NEW.happening = 'withdrawn' AND stands <> 'withdrawn' THEN 'withdrawn'
        WHEN NEW.happening = 'taken_down' AND stands = 'withdrawn' THEN 'withdrawn'
    END;
    IF became IS NULL THEN
        RAISE EXCEPTION 'story_move: % does not follow %', NEW.happening, stands USING ERRCODE = 'check_violation';
    END IF;
    UPDATE contributions_story SET state = became,
        settled_at = CASE WHEN became IN ('received', 'in_work') THEN NULL
            WHEN became = stands THEN settled_at ELSE NEW.at END
        WHERE id = NEW.story_id;
    RETURN NEW;
END $$;
"""
ANSWERS = """
CREATE TRIGGER contributions_answer_stays BEFORE UPDATE ON contributions_storyanswer
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
"""
NOW = STEP.replace("__IN_WORK__", "'drafted', 'asked', 'answered'")
BEFORE = STEP.replace("__IN_WORK__", "'drafted'")


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0003_sound"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StoryAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
            ],
        ),
        migrations.AlterField(
            model_name="storyevent",
            name="happening",
            field=models.CharField(
                choices=[
                    ("received", "Received"),
                    ("taken", "Taken up by an editor"),
                    ("noted", "Internal note"),
                    ("asked", "The sender was asked"),
                    ("answered", "The sender answered"),
                    ("drafted", "A draft page was made"),
                    ("published", "Published"),
                    ("declined", "Not published"),
                    ("withdrawn", "The sender took back their consent"),
                    ("taken_down", "The page was taken down"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="storyevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("happening", "asked"), _negated=True),
                    models.Q(("by__isnull", False), ("text__regex", "\\S")),
                    _connector="OR",
                ),
                name="story_asked_in_words_by_somebody",
            ),
        ),
        migrations.AddField(
            model_name="storyanswer",
            name="event",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="answer", to="contributions.storyevent"
            ),
        ),
        migrations.AddConstraint(
            model_name="storyanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("text__regex", "\\S")), name="story_answer_has_words"
            ),
        ),
        migrations.RunSQL(NOW, BEFORE),
        migrations.RunSQL(ANSWERS, "DROP TRIGGER contributions_answer_stays ON contributions_storyanswer;"),
    ]
