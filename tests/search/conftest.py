"""Pages as the newsroom's tests make them."""

from tests.newsroom.conftest import (
    NOW,
    Hire,
    Write,
    editor,
    hire,
    leader,
    other_unit,
    publish,
    reviewer,
    site,
    unit,
    write,
)

__all__ = [
    "NOW", "Hire", "Write", "editor", "hire", "leader", "other_unit", "publish", "reviewer", "site", "unit", "write",
]  # fmt: skip
