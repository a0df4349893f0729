"""The plan's groups and the first wordings of consent, so that a fresh installation can take its first subscriber."""

from hashlib import sha256
from typing import Any

from django.db import migrations

from lantoa.audience.services.reference import GROUPS, WORDINGS


def fill(apps: Any, schema_editor: Any) -> None:
    group, wording = apps.get_model("audience", "AudienceGroup"), apps.get_model("audience", "ConsentWording")
    group.objects.bulk_create(
        group(code=code, name_vi=vi, name_en=en, sensitive=sensitive, kind=kind, position=position)
        for position, (code, (vi, en, sensitive, kind)) in enumerate(GROUPS.items())
    )
    wording.objects.bulk_create(
        wording(
            purpose=purpose, version=version, language=language, text=text, sha256=sha256(text.encode()).hexdigest()
        )
        for (purpose, version, language), text in WORDINGS.items()
    )


class Migration(migrations.Migration):
    dependencies = [("audience", "0002_consent_state")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
