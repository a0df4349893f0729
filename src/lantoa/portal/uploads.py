"""Files of a form from a phone: one that is too large is passed over as it comes in, so that nothing typed is lost."""

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest

from lantoa.contributions.sounds import MAX_BYTES as SOUND_BYTES
from lantoa.kernel.pictures import MAX_BYTES as PICTURE_BYTES
from lantoa.pressroom.kit_files import MOST_BYTES as ANSWER_BYTES
from lantoa.pressroom.services.requests import MOST_FILES as ANSWER_FILES


def a_story() -> int:
    """The bytes that the files of one story may have altogether, two pictures too many included."""
    return SOUND_BYTES + (settings.LANTOA_STORY_PHOTOS + 2) * PICTURE_BYTES


def largest_form() -> int:
    """The bytes of the largest form that is read here, words included: whoever stands before Django lets them through,
    so that the form itself can say what is too large and keep what was typed."""
    return max(a_story(), ANSWER_FILES * ANSWER_BYTES) + settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class Weighed(FileUploadHandler):
    """Passes over a file of more than `each` bytes and remembers its name; gives the whole form up at `altogether`."""

    def __init__(self, request: HttpRequest, *, each: int, altogether: int) -> None:
        super().__init__(request)
        self.each, self.altogether = each, altogether
        self.came = self.weight = 0
        self.left_out: list[str] = []

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin to weigh the next file."""
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self.weight = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Weigh what comes and hand it on."""
        self.came += len(raw_data)
        self.weight += len(raw_data)
        if self.came > self.altogether:
            raise StopUpload(connection_reset=True)
        if self.weight > self.each:
            self.left_out.append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave keeping it to the next handler."""


def weigh(request: HttpRequest, *, each: int, altogether: int) -> list[str]:
    """Put the scales before the other handlers; the list returned fills with the names of what was passed over."""
    scales = Weighed(request, each=each, altogether=altogether)
    request.upload_handlers.insert(0, scales)
    return scales.left_out
