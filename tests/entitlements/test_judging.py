"""The three-valued logic, against a naive evaluator and by its laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.entitlements.criteria import REGISTRY, BadRule, Choice, Place, Somewhere
from lantoa.entitlements.enums import Verdict
from lantoa.entitlements.judging import Law, Rule, judge
from tests.entitlements.conftest import data

UNITS, STATUSES = [1, 2, 3, 4], ["coastal", "island"]
CHOICES = {kind: one.choices.values for kind, one in REGISTRY.items() if issubclass(one, Choice)}
some = st.lists(st.sampled_from(UNITS), unique=True)
places = st.builds(
    Place, st.sampled_from(UNITS),
    st.lists(st.builds(Somewhere, st.sampled_from(UNITS), st.frozensets(st.sampled_from(UNITS)),
                       st.frozensets(st.sampled_from(STATUSES))), max_size=3).map(tuple),
)  # fmt: skip
ages = st.integers(0, 120)


@st.composite
def conditions(draw):
    found = []
    for kind in draw(st.lists(st.sampled_from(sorted(REGISTRY)), unique=True, max_size=4)):
        if kind in CHOICES:
            values = CHOICES[kind]
            picked = draw(st.lists(st.sampled_from(values), unique=True, min_size=1, max_size=len(values) - 1))
            found.append({"kind": kind, "any": picked})
        elif kind == "age":
            low, high = sorted([draw(ages), draw(ages)])
            ends = draw(st.sampled_from([(low, high), (low, None), (None, high)]))
            found.append({"kind": kind, "at_least": ends[0], "at_most": ends[1]})
        else:
            statuses = draw(st.lists(st.sampled_from(STATUSES), unique=True))
            units = draw(some)
            found.append({"kind": kind, "statuses": statuses or (["coastal"] if not units else []), "units": units})
    return found


@st.composite
def answers(draw):
    said = {kind: draw(st.sampled_from(values)) for kind, values in CHOICES.items()}
    return said | {"age": draw(ages), "place": draw(places)}


rules = st.builds(lambda need, bar, units: Rule.of(data(conditions=need, exclusions=bar, units=units, examples=[])),
                  conditions(), conditions(), some)  # fmt: skip


def naive(rule, said):
    """The same in plain words, without a class."""
    needed = list(rule.conditions)
    if rule.units:
        needed.append({"kind": "place", "statuses": [], "units": list(rule.units)})
    values = [fits(one, said.get(one["kind"])) for one in needed]
    values += [None if (v := fits(one, said.get(one["kind"]))) is None else not v for one in rule.exclusions]
    return "not_met" if False in values else "open" if None in values else "met"


def fits(one, said):
    if said is None:
        return None
    if one["kind"] == "age":
        return (one["at_least"] or 0) <= said <= (120 if one["at_most"] is None else one["at_most"])
    if one["kind"] != "place":
        return said in one["any"]
    if not said.today:
        return None
    if said.chosen_id in one["units"]:
        return True
    each = []
    for here in said.today:
        yes = here.unit_id in one["units"] or any(status in one["statuses"] for status in here.statuses)
        each.append(True if yes else None if any(unit in one["units"] for unit in here.forebears) else False)
    return each[0] if all(value is each[0] for value in each) else None


@given(rules, answers(), st.sets(st.sampled_from(sorted(REGISTRY))))
def test_it_says_what_a_naive_evaluator_says(rule, said, asked):
    given_ = {kind: said[kind] for kind in asked}
    assert judge(rule, given_).verdict == naive(rule, given_)


@given(rules, answers(), st.lists(st.sampled_from(sorted(REGISTRY)), unique=True))
def test_answering_more_never_unsettles_a_yes_or_a_no(rule, said, order):
    known, before = {}, judge(rule, {}).verdict
    for kind in order:
        known[kind] = said[kind]
        after = judge(rule, known).verdict
        assert before in (Verdict.OPEN, after)
        before = after


@given(rules, answers(), st.sets(st.sampled_from(sorted(REGISTRY))))
def test_the_deciding_reasons_are_named(rule, said, asked):
    judged = judge(rule, {kind: said[kind] for kind in asked})
    assert judged.deciding or not judged.reasons
    assert all(one.verdict == judged.verdict for one in judged.deciding)


@given(rules)
def test_a_rule_survives_its_own_json(rule):
    assert Rule.of(rule.data()) == rule


@pytest.mark.parametrize(
    ("rule", "said", "sentence"),
    [
        ({}, {"household": "poor"}, "Bà con được hưởng, vì nhà mình thuộc diện hộ nghèo hoặc hộ cận nghèo."),
        ({}, {}, "Bà con được hưởng nếu nhà mình thuộc diện hộ nghèo hoặc hộ cận nghèo."),
        ({}, {"household": "other"},
         "Theo câu trả lời thì chưa được: chỉ dành cho trường hợp nhà mình thuộc diện hộ nghèo hoặc hộ cận nghèo."),
        ({"conditions": [{"kind": "age", "at_least": 60}, {"kind": "school", "any": ["no"]}],
          "exclusions": [{"kind": "minority", "any": ["yes"]}]}, {"age": 61, "school": "no", "minority": "no"},
         ("Bà con được hưởng, vì người được hưởng từ 60 tuổi trở lên, nhà mình không có con em đang đi học, và "
         "người được hưởng không phải người dân tộc thiểu số.")),
        ({"conditions": [], "units": [1, 2]}, {}, "Bà con được hưởng nếu nhà mình ở xã Một hoặc xã Hai."),
        ({"conditions": []}, {}, "Ai cũng được hưởng."),
    ],
)  # fmt: skip
def test_it_says_why_in_one_sentence(rule, said, sentence):
    judged = judge(Rule.of(data(examples=[], **rule)), said, {1: "Xã Một", 2: "Xã Hai"})
    assert judged.why == sentence


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"), ({"gets": ""}, "gets"), ({"law": {"kind": ""}}, "law_kind"),
        ({"starts": "hôm nay"}, "starts"), ({"ends": "2019-12-31"}, "ends"), ({"office": "x"}, "office"),
        ({"conditions": [{"kind": "household", "any": ["rich"]}]}, "household"),
        ({"conditions": [{"kind": "household", "any": ["poor", "near_poor", "escaped", "other"]}]}, "household"),
        ({"conditions": [{"kind": "age", "at_least": 70, "at_most": 60}]}, "age"),
        ({"conditions": [{"kind": "age", "at_least": True}]}, "age"),
        ({"conditions": [{"kind": "place", "statuses": [], "units": []}]}, "place"),
        ({"conditions": [{"kind": "surname", "any": ["x"]}]}, None),
        ({"conditions": [{"kind": "work", "any": ["none"]}, {"kind": "work", "any": ["steady"]}]}, None),
    ],
)  # fmt: skip
def test_bad_data_is_refused_with_its_field(change, field):
    with pytest.raises(BadRule) as refusal:
        Rule.of(data(**change))
    assert refusal.value.field == field
    assert str(refusal.value)


def test_a_law_says_only_what_is_known():
    assert str(Law("Luật")) == "Luật"
    assert str(Law("Nghị định", "7/2021/NĐ-CP", "2021-01-27", "Chính phủ", "Điều 3")) == (
        "Điều 3 Nghị định 7/2021/NĐ-CP, 27/01/2021, Chính phủ"
    )
