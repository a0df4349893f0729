import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lantoa.kernel import audit
from lantoa.kernel.models import AuditEntry, User

FACTS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8),
    st.one_of(
        st.integers(-(2**53), 2**53), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
    ),
    max_size=4,
)


def settle():
    """Let the deferred foreign keys fire, so that the statement under test is the only thing pending."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class ChainTest(TestCase):
    @given(facts=st.lists(FACTS, max_size=5), moment=st.datetimes(timezones=st.just(timezone.get_default_timezone())))
    def test_chain_holds_for_any_facts_and_moments(self, facts, moment):
        moment = moment.replace(year=max(moment.year, 1904), fold=0)
        for each in facts:
            audit.record("kernel.tested", by=None, at=moment, subject="kernel.test:1", facts=each)
        verdict = audit.verify()
        assert (verdict.entries, verdict.broken_at) == (len(facts), None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_auditentry SET action = 'other'",
        "DELETE FROM kernel_auditentry",
        "TRUNCATE kernel_auditentry",
    ],
)
def test_database_refuses_change(statement):
    audit.record("kernel.tested", by=None, at=timezone.now(), subject="kernel.test:1")
    settle()
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_verify_names_the_first_forged_entry():
    by = User.objects.create_user(email="a@example.org", display_name="Trưởng phòng")
    entries = [audit.record("kernel.tested", by=by, at=timezone.now(), subject=f"x:{n}") for n in range(3)]
    settle()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_auditentry DISABLE TRIGGER kernel_audit_append_only")
        cursor.execute("UPDATE kernel_auditentry SET facts = '{\"n\":1}' WHERE id = %s", [entries[1].pk])
        cursor.execute("ALTER TABLE kernel_auditentry ENABLE TRIGGER kernel_audit_append_only")
    first = AuditEntry.objects.order_by("seq")[1].seq
    assert audit.verify().broken_at == first


@pytest.mark.django_db
def test_direct_insert_is_chained_too():
    audit.record("kernel.tested", by=None, at=timezone.now(), subject="x:1")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_auditentry (seq, at, action, subject, facts, previous, digest)"
            " VALUES (99, now(), 'forged', 'x:2', '{}', 'forged', 'forged')"
        )
    assert audit.verify().broken_at is None
