"""Whether somebody is poor is told to them, never under a post where everybody reads it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.kernel.text import says_who_is_poor

OF_SOMEBODY = [
    "Gia đình chị là hộ nghèo nên được miễn.",
    "gia đình chị thuộc hộ cận nghèo",
    "Anh Ba thuộc hộ nghèo",
    "anh Ba ở ấp 3 thuộc hộ nghèo",
    "Anh Ba, ấp Cái Nước, thuộc hộ nghèo",
    "Chị không thuộc hộ nghèo nên chưa được vay",
    "Chị đã thoát nghèo năm 2024",
    "Nhà anh mới thoát nghèo",
    "Nguyễn Văn Mẫu là hộ nghèo của ấp",
    "Bà Thạch Thị Mẫu có tên trong danh sách hộ nghèo",
    "hộ nghèo của ông Ba",
    "Danh sách hộ nghèo: Nguyễn Văn Mẫu",
    "Theo rà soát, gia đình ông Sơn Mẫu không còn là hộ cận nghèo",
    "gia dinh chi la ho ngheo",
    "anh Ba thuoc ho ngheo",
    "ANH BA THUỘC HỘ NGHÈO",
    "Anh/chị thuộc hộ nghèo nên được vay",
    "Em thuộc diện hộ nghèo",
    "Hộ này là hộ nghèo",
    "Gia đình chị được công nhận hộ nghèo năm 2025",
    "Nhà chị Lan nghèo",
    "chúc mừng anh Ba thoát nghèo",
    "Trường hợp của chị thuộc hộ nghèo",
    "Chị có sổ hộ nghèo",
    "hộ ông Ba là hộ nghèo",
    "Bạn thuộc hộ nghèo rồi nhé",
    "Bà Mẫu được đưa ra khỏi danh sách hộ nghèo",
    "Chào anh, gia đình mình hiện nay vẫn là hộ nghèo",
    "Khưu Thị Mẫu là hộ nghèo của ấp",
    "Thái Văn Mẫu thuộc hộ cận nghèo",
    "Ông Sơn, năm 2021 là hộ nghèo của ấp 4",
    "Anh Ba ở tổ 3 thuộc hộ nghèo",
]
OF_NOBODY = [
    "Hộ nghèo được hỗ trợ 100% tiền mua thẻ.",
    "hộ nghèo được hỗ trợ vay vốn, bà con đến ủy ban xã",
    "Bà con thuộc hộ nghèo được miễn học phí",
    "Nếu chị thuộc hộ nghèo, chị được cấp thẻ",
    "Nếu gia đình anh là hộ cận nghèo thì được giảm 70%",
    "Chỉ hộ nghèo được hỗ trợ",
    "Chi ho ngheo duoc ho tro",
    "Các anh chị thuộc hộ nghèo liên hệ ủy ban xã",
    "Trẻ em thuộc hộ nghèo được miễn học phí",
    "Con em hộ nghèo được miễn",
    "Chị em thoát nghèo nhờ vay vốn",
    "Chú ý: hộ nghèo đăng ký trước 30/11",
    "Chị mang giấy chứng nhận hộ nghèo (nếu có) đến ủy ban xã",
    "Xã sẽ rà soát xem gia đình chị có thuộc hộ nghèo hay không",
    "Nhà mình có thuộc hộ nghèo, hộ cận nghèo không?",
    "Chào chị. Hộ nghèo, hộ cận nghèo được vay đến 100 triệu.",
    "Chào anh, hộ nghèo được vay ở ngân hàng.",
    "Anh hỏi về chính sách cho người thuộc hộ nghèo",
    "Người dân xã Nguyễn Phích thuộc hộ nghèo được hỗ trợ",
    "Người thuộc hộ nghèo gọi bà Mẫu ở bộ phận một cửa",
    "Học sinh là con hộ nghèo được hỗ trợ",
    "Chuẩn nghèo do Chính phủ quy định",
    "Mời bà con nghe về chính sách thoát nghèo bền vững",
    "Gia đình thuộc hộ nghèo được xây nhà",
    "Có hộ nghèo được hỗ trợ",
    "Với hộ nghèo, ông Ba ở ủy ban sẽ hướng dẫn",
    "Chị liên hệ ngân hàng để biết mức vay hộ nghèo",
    "Anh xem danh sách hộ nghèo tại nhà văn hóa",
    "Anh Ba ở xã hỗ trợ người thuộc hộ nghèo",
    "Chào chị Lan, hộ nghèo được vay đến 100 triệu",
    "Chào chị Lan\nHộ nghèo được vay đến 100 triệu",
    "Hà Giang thoát nghèo nhờ trồng chè",
    "MÃ HỘ NGHÈO DO XÃ CẤP",
    "TIÊU CHÍ HỘ NGHÈO",
    "Theo ông Nam, năm 2025 toàn xã còn 120 hộ nghèo.",
    "Ông Sơn từ năm 2021 đã giúp 15 hộ thoát nghèo.",
    "Bí thư Nguyễn Văn Nam, trước đây ấp có 40 hộ nghèo.",
    "Bà Mẫu ở hội đã vận động được nhiều hộ thoát nghèo.",
    "Ông Nam tại hội nghị giảm nghèo.",
    "Anh Ba ở xã hướng dẫn hộ nghèo làm đơn.",
    "Theo ong Nam, nam 2025 toan xa con 120 ho ngheo.",
    "",
]
STATUS = ["hộ nghèo", "hộ cận nghèo", "hộ mới thoát nghèo", "diện hộ nghèo"]
WHO = ["anh Ba", "gia đình chị", "nhà ông Sơn Mẫu", "Thạch Thị Mẫu", "gia đình này", "em", "hộ bà Mẫu", "cô"]


@pytest.mark.parametrize("text", OF_SOMEBODY)
def test_said_of_somebody(text: str) -> None:
    [piece] = says_who_is_poor(text)
    assert piece in text


@pytest.mark.parametrize("text", OF_NOBODY)
def test_said_of_the_policy_of_many_or_as_a_condition(text: str) -> None:
    assert says_who_is_poor(text) == []


@given(
    st.sampled_from(WHO), st.sampled_from(["là", "thuộc", "không thuộc", "hiện vẫn là", "được công nhận là"]),
    st.sampled_from(STATUS), st.sampled_from(OF_NOBODY), st.sampled_from(OF_NOBODY),
)  # fmt: skip
def test_however_it_is_put_and_wherever_it_stands(who: str, link: str, status: str, before: str, after: str) -> None:
    said = f"{who} {link} {status}"
    text = f"{before}. {said[0].upper()}{said[1:]}. {after}."
    assert [piece.casefold() for piece in says_who_is_poor(text)] == [said.casefold()]
    assert says_who_is_poor(text.upper())
    assert says_who_is_poor(f"{before}. Nếu {said} thì được vay. {after}.") == []


@given(st.lists(st.sampled_from(OF_NOBODY), max_size=6))
def test_general_sentences_together_stay_general(sentences: list[str]) -> None:
    assert says_who_is_poor("\n".join(f"{one}." for one in sentences)) == []


@given(st.text(max_size=400))
def test_any_text_is_looked_at_without_harm(text: str) -> None:
    assert isinstance(says_who_is_poor(text), list)


@pytest.mark.parametrize(
    "piece", ["anh ", "anh Ba ở ", "không ", "Nguyễn Văn ", "hộ nghèo của ", "gia đình ", ", (", " "]
)
def test_no_text_takes_longer_than_its_length(piece: str) -> None:
    begun = time.process_time()
    says_who_is_poor(("anh Ba ở " + piece * 5_000)[:5_000] + "x")
    assert time.process_time() - begun < 1
