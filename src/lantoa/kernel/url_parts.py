"""What may stand between the slashes of an address, besides what Django knows."""


class NumberConverter:
    """`<number:…>`: a whole number in its one spelling, without leading zeros, in at most 18 digits, as many as the
    database reads. Django's `int` takes 7 and 0007 alike, so one page of it has addresses without end."""

    regex = "0|[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int | str) -> str:
        """As it is written."""
        return str(value)
