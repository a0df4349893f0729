from django.db import migrations, models

# PostgreSQL changes no column that a trigger's condition names: the trigger steps aside, for this transaction alone.
ASIDE = "DROP TRIGGER audience_address_of_the_living ON audience_address;"
BACK = """
CREATE TRIGGER audience_address_of_the_living BEFORE INSERT OR UPDATE ON audience_address
    FOR EACH ROW WHEN (NEW.value <> '') EXECUTE FUNCTION audience_vault_of_the_living();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audience", "0009_merge_guards"),
    ]

    operations = [
        migrations.RunSQL(ASIDE, BACK),
        migrations.AlterField(
            model_name="address",
            name="value",
            field=models.CharField(blank=True, max_length=2000),
        ),
        migrations.RunSQL(BACK, ASIDE),
        migrations.AlterField(
            model_name="consentevent",
            name="means",
            field=models.CharField(
                choices=[
                    ("portal_form", "Portal form, confirmed by the person"),
                    ("import", "List with a stated basis"),
                    ("counter", "At the counter"),
                    ("phone", "By phone to an officer"),
                    ("keyword", "Keyword in a message"),
                    ("unsubscribe_link", "Unsubscribe link"),
                    ("own_page", "On the person's own page"),
                    ("browser", "In the person's own browser"),
                    ("follower", "Follow or unfollow on the channel"),
                    ("erasure", "Erasure on request"),
                    ("merge", "Two records of one person"),
                    ("sample", "Sample data"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="subscriptionrequest",
            name="value",
            field=models.CharField(blank=True, max_length=2000),
        ),
    ]
