"""A number in an address has one spelling."""

import pytest
from django.urls import NoReverseMatch, path, resolve, reverse
from django.urls.exceptions import Resolver404

urlpatterns = [path("trang-<number:n>/", lambda request, n: None, name="one")]
pytestmark = pytest.mark.urls(__name__)


@pytest.mark.parametrize("n", [0, 7, 10, 10**18 - 1])
def test_a_number_comes_back_from_its_address(n):
    assert reverse("one", args=[n]) == f"/trang-{n}/"
    assert resolve(f"/trang-{n}/").kwargs == {"n": n}


@pytest.mark.parametrize("text", ["00", "007", "-7", "+7", "7.0", "", " 7", "٧", "７", "7e1", "1" * 19])
def test_another_spelling_is_no_address(text):
    with pytest.raises(Resolver404):
        resolve(f"/trang-{text}/")
    with pytest.raises(NoReverseMatch):
        reverse("one", args=[text])
