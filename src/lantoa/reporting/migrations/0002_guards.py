"""The database holds what a report promises: the hash is that of the figures; what was submitted stands for good."""

from django.db import migrations

GUARDS = r"""
ALTER TABLE reporting_reportversion ADD CONSTRAINT reporting_version_sha256_is_of_data
    CHECK (sha256 = encode(sha256(convert_to(data, 'UTF8')), 'hex'));

CREATE FUNCTION reporting_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.submitted_at IS NOT NULL THEN
        RAISE EXCEPTION 'reporting_submitted: version % is submitted and refuses %', OLD.id, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF (NEW.id, NEW.report_id, NEW.number, NEW.data, NEW.sha256, NEW.made_at)
       IS DISTINCT FROM (OLD.id, OLD.report_id, OLD.number, OLD.data, OLD.sha256, OLD.made_at)
       OR NEW.made_by_id IS DISTINCT FROM OLD.made_by_id THEN
        RAISE EXCEPTION 'reporting_figures_fixed: the figures of version % do not change', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reporting_version_guard BEFORE UPDATE OR DELETE ON reporting_reportversion
    FOR EACH ROW EXECUTE FUNCTION reporting_version_guard();
CREATE TRIGGER reporting_version_no_truncate BEFORE TRUNCATE ON reporting_reportversion
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER reporting_report_append_only BEFORE UPDATE OR DELETE ON reporting_report
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER reporting_report_no_truncate BEFORE TRUNCATE ON reporting_report
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""
UNGUARDS = """
DROP TRIGGER reporting_report_no_truncate ON reporting_report;
DROP TRIGGER reporting_report_append_only ON reporting_report;
DROP TRIGGER reporting_version_no_truncate ON reporting_reportversion;
DROP TRIGGER reporting_version_guard ON reporting_reportversion;
DROP FUNCTION reporting_version_guard();
ALTER TABLE reporting_reportversion DROP CONSTRAINT reporting_version_sha256_is_of_data;
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial"), ("kernel", "0002_audit_chain")]
    operations = [migrations.RunSQL(GUARDS, UNGUARDS)]
