"""The database refuses what no code of ours should ever try: changed versions, lost evidence, moves not allowed."""

from django.db import migrations

KEPT = (
    "planning_planversion", "planning_legalreference", "planning_contentline", "planning_communicationform",
    "planning_solution", "planning_planaudience", "planning_duty", "planning_evidence",
)  # fmt: skip
APPEND_ONLY = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();"""
    for table in KEPT
)
CHANGEABLE = "".join(
    f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};\n" for table in KEPT
)
# The same table as enums.MOVES at the time of writing; a test holds the two together.
GUARDS = r"""
CREATE FUNCTION planning_task_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('open', 'assigned'), ('open', 'dropped'),
        ('assigned', 'active'), ('assigned', 'blocked'), ('assigned', 'dropped'),
        ('active', 'done'), ('active', 'blocked'), ('active', 'dropped'),
        ('blocked', 'active'), ('blocked', 'dropped'),
        ('done', 'active'), ('dropped', 'assigned')
    ) THEN
        RAISE EXCEPTION 'planning_move: a task cannot go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (SELECT plan_id FROM planning_duty WHERE id = NEW.duty_id)
       <> (SELECT plan_id FROM planning_duty WHERE id = OLD.duty_id) THEN
        RAISE EXCEPTION 'planning_task: a task stays with its plan' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER planning_task_guard BEFORE UPDATE ON planning_task
    FOR EACH ROW EXECUTE FUNCTION planning_task_guard();

CREATE FUNCTION planning_duty_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.plan_id <> (SELECT plan_id FROM planning_planversion WHERE id = NEW.version_id) THEN
        RAISE EXCEPTION 'planning_duty: a duty belongs to the plan of its version'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER planning_duty_guard BEFORE INSERT ON planning_duty
    FOR EACH ROW EXECUTE FUNCTION planning_duty_guard();

CREATE FUNCTION planning_import_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'append_only: planning_planimport refuses DELETE' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'draft' THEN
        RAISE EXCEPTION 'planning_import: import % is closed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.content, NEW.sha256, NEW.source_text, NEW.found, NEW.unit_id, NEW.created_by_id, NEW.created_at)
       IS DISTINCT FROM
       (OLD.content, OLD.sha256, OLD.source_text, OLD.found, OLD.unit_id, OLD.created_by_id, OLD.created_at) THEN
        RAISE EXCEPTION 'planning_import: a file and what was read in it never change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER planning_import_guard BEFORE UPDATE OR DELETE ON planning_planimport
    FOR EACH ROW EXECUTE FUNCTION planning_import_guard();
ALTER TABLE planning_planimport ADD CONSTRAINT planning_import_sha256_is_of_content
    CHECK (sha256 = encode(sha256(content), 'hex'));
"""
UNGUARDS = """
ALTER TABLE planning_planimport DROP CONSTRAINT planning_import_sha256_is_of_content;
DROP TRIGGER planning_import_guard ON planning_planimport;
DROP FUNCTION planning_import_guard();
DROP TRIGGER planning_duty_guard ON planning_duty;
DROP FUNCTION planning_duty_guard();
DROP TRIGGER planning_task_guard ON planning_task;
DROP FUNCTION planning_task_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial"), ("kernel", "0002_audit_chain")]
    operations = [migrations.RunSQL(GUARDS, UNGUARDS), migrations.RunSQL(APPEND_ONLY, CHANGEABLE)]
