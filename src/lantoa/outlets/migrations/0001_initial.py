"""Outlets, and the lists they come in by. What kind an outlet is and where it stands never changes."""

import django.contrib.postgres.fields.ranges
import django.core.serializers.json
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


GUARD = """
CREATE FUNCTION outlets_outlet_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.kind, OLD.unit_id) IS DISTINCT FROM (NEW.kind, NEW.unit_id) THEN
        RAISE EXCEPTION 'outlets_fixed: the kind and the unit of an outlet never change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.account_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM channels_channelaccount a WHERE a.id = NEW.account_id AND a.kind = NEW.kind
    ) THEN
        RAISE EXCEPTION 'outlets_account: an outlet hangs on an account of its own kind'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outlets_outlet_guard BEFORE INSERT OR UPDATE ON outlets_outlet
    FOR EACH ROW EXECUTE FUNCTION outlets_outlet_guard();
"""
UNGUARD = """
DROP TRIGGER outlets_outlet_guard ON outlets_outlet;
DROP FUNCTION outlets_outlet_guard();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0002_invariants'),
        ('channels', '0002_pace'),
        ('territory', '0003_listdraft'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Outlet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('keeper', models.CharField(blank=True, default='', max_length=120, verbose_name='keeper')),
                ('language', models.CharField(choices=[('vi', 'Vietnamese'), ('km', 'Khmer'), ('en', 'English')], default='vi', max_length=2, verbose_name='language')),
                ('quantity', models.PositiveIntegerField(default=1, verbose_name='quantity')),
                ('settings', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period of use')),
                ('last_seen_at', models.DateTimeField(blank=True, null=True)),
                ('last_state', models.CharField(blank=True, choices=[('', 'Not seen yet'), ('working', 'Working'), ('trouble', 'In trouble')], default='', max_length=10)),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.channelaccount', verbose_name='account')),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency', verbose_name='looked after by')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hamlet', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.unit', verbose_name='hamlet')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'outlet',
                'verbose_name_plural': 'outlets',
                'ordering': ['kind', 'name', 'id'],
                'indexes': [models.Index(models.F('unit'), models.F('kind'), name='outlets_outlet_unit_kind')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'unit', 'hamlet', 'name'), name='outlets_outlet_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='outlets_outlet_quantity'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('kind', ''), _negated=True)), name='outlets_outlet_named'), models.CheckConstraint(condition=models.Q(('valid__isempty', False), ('valid__lower_inf', False)), name='outlets_outlet_in_use_range'), models.CheckConstraint(condition=models.Q(('language__in', ['vi', 'km', 'en'])), name='outlets_outlet_language_known'), models.CheckConstraint(condition=models.Q(models.Q(('last_seen_at', None), ('last_state', '')), models.Q(('last_seen_at__isnull', False), ('last_state__in', ['working', 'trouble'])), _connector='OR'), name='outlets_outlet_seen_with_its_time')],
            },
        ),
        migrations.CreateModel(
            name='OutletImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=20)),
                ('file_name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('state', models.CharField(choices=[('tried', 'Checked'), ('done', 'Brought in'), ('cancelled', 'Given up')], default='tried', max_length=10)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('accepted', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('problems', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.unit')),
            ],
            options={
                'verbose_name': 'list of outlets',
                'ordering': ['-created_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['tried', 'done', 'cancelled'])), name='outlets_import_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('state', 'tried')), models.Q(('finished_at__isnull', False), ('state__in', ['done', 'cancelled'])), _connector='OR'), name='outlets_import_finished_with_its_time')],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
