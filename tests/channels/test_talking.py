"""A talk sheet: the master's own sentences, as they are said; read back as they were written."""

from hypothesis import given
from hypothesis import strategies as st

from lantoa.channels.propagandist.kit import measure
from lantoa.channels.propagandist.talking import Question, Talk, derive, read, spoken, written

MASTER = (
    "Hộ nghèo, hộ cận nghèo được vay vốn làm ăn. Mức vay đến 100.000.000đ, lãi suất thấp. Không phải thế chấp tài sản."
    "\nBà con mang theo CCCD. Nộp đơn trước 15/12/2026. Gặp tổ trưởng tổ vay vốn hoặc UBND xã."
)


def test_a_sheet_is_made_of_the_masters_own_sentences() -> None:
    title, text = derive("Vay vốn làm ăn", MASTER)
    assert title == "Vay vốn làm ăn"
    talk = read(text)
    assert list(talk.say) == [
        "Hộ nghèo, hộ cận nghèo được vay vốn làm ăn.", "Mức vay đến 100.000.000 đồng, lãi suất thấp.",
        "Không phải thế chấp tài sản.", "Bà con mang theo căn cước công dân.",
        "Nộp đơn trước ngày 15 tháng 12 năm 2026.",
    ]  # fmt: skip
    assert list(talk.send) == ["Gặp tổ trưởng tổ vay vốn hoặc Ủy ban nhân dân xã."]
    answers = {one.asked: one.answer for one in talk.questions}
    assert answers["Ai được hưởng?"] == "Hộ nghèo, hộ cận nghèo được vay vốn làm ăn."
    assert answers["Được bao nhiêu?"] == "Mức vay đến 100.000.000 đồng, lãi suất thấp."
    assert answers["Có mất tiền không?"] == "Không phải thế chấp tài sản."
    assert answers["Hạn đến khi nào?"] == "Nộp đơn trước ngày 15 tháng 12 năm 2026."
    assert answers["Làm ở đâu, gặp ai?"] == "Gặp tổ trưởng tổ vay vốn hoặc Ủy ban nhân dân xã."


def test_a_question_that_the_master_does_not_answer_is_not_asked() -> None:
    assert [one.asked for one in read(derive("T", "Hộ nghèo được vay vốn.")[1]).questions] == ["Ai được hưởng?"]
    assert derive("T", "") == ("T", "")


def test_a_long_sentence_is_parted_at_its_clauses() -> None:
    long = (
        "Bà con trong ấp chuẩn bị đơn và giấy tờ của nhà mình cho đầy đủ từ trước, sau đó mang ra nhà văn hóa ấp vào "
        "sáng thứ bảy tuần này; cán bộ xã xuống tận nơi làm giúp."
    )
    assert list(read(derive("T", long)[1]).say) == [
        "Bà con trong ấp chuẩn bị đơn và giấy tờ của nhà mình cho đầy đủ từ trước.",
        "Sau đó mang ra nhà văn hóa ấp vào sáng thứ bảy tuần này.", "Cán bộ xã xuống tận nơi làm giúp.",
    ]  # fmt: skip


def test_short_forms_dates_and_signs_are_said_in_words() -> None:
    assert spoken("UBND xã, ngày 1/6/2026, 0,5%/tháng") == (
        "Ủy ban nhân dân xã, ngày 1 tháng 6 năm 2026, 0,5 phần trăm/tháng"
    )


def test_an_editor_may_write_freely() -> None:
    talk = read(
        "Nói câu này\n\nHỎI: Ai?\n- dòng chen\nđáp: Hộ nghèo.\nVà hộ cận nghèo.\n\nNói thêm\nHỏi: Còn gì?\n"
        "Chỉ bà con:  Gặp tổ"
    )
    assert talk == Talk(
        ["Nói câu này", "dòng chen", "Nói thêm"],
        [Question("Ai?", "Hộ nghèo. Và hộ cận nghèo."), Question("Còn gì?", "")], ["Gặp tổ"],
    )  # fmt: skip


def test_telling_is_measured_without_the_questions() -> None:
    say = "\n".join(["một câu nói mười chữ tất cả đếm cho đủ"] * 28)
    assert str(measure(say).words).startswith(("about 2", "nói chừng 2"))
    assert measure(f"{say}\nHỏi: gì?\nĐáp: {'chữ ' * 900}").amount == measure(say).amount


_line = st.lists(st.sampled_from(["hộ", "Nghèo,", "đ", "10.000", "a: b"]), min_size=1, max_size=3).map(" ".join)


@given(
    st.lists(_line, max_size=4),
    st.lists(st.tuples(_line, st.one_of(st.just(""), _line)), max_size=3),
    st.lists(_line, max_size=3),
)
def test_a_sheet_reads_back_as_it_was_written(say: list[str], asked: list[tuple[str, str]], send: list[str]) -> None:
    talk = Talk(say, [Question(*one) for one in asked], send)
    assert read(written(talk)) == talk
