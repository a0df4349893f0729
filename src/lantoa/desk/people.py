"""Staff accounts as administrators see them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from lantoa.agencies import selectors as agencies
from lantoa.kernel.models import User


def sign_in_of(user: User) -> str:
    """What the account signs in with."""
    phone = f"0{user.phone[2:]}" if user.phone and user.phone.startswith("84") else user.phone
    return " · ".join(part for part in (user.email, phone) if part)


def posts_held(user_ids: Iterable[int], on: date) -> dict[int, list[str]]:
    """User id → the posts held on a day, in words. Two queries."""
    held = agencies.posts_of_many(user_ids, on)
    names = agencies.names_on({post.agency_id for post in held}, on)
    found: dict[int, list[str]] = defaultdict(list)
    for post in held:
        found[post.user_id].append(f"{post.title or post.get_role_display()}, {names.get(post.agency_id, '')}")
    return dict(found)
