"""What every desk page knows: who is signed in and where the loop stands."""

from django.http import HttpRequest


def desk(request: HttpRequest) -> dict[str, object]:
    """The rail of the loop with its counts, for signed-in staff on desk pages only."""
    return {}
