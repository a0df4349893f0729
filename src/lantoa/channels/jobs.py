"""What this room does on its own time: fetching the files of messages that came in."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lantoa.channels.events import FileNamed
from lantoa.channels.files.services import TRIES, take_file
from lantoa.channels.reading import read_parts
from lantoa.kernel.clock import now
from lantoa.kernel.events import subscribe


@subscribe(FileNamed)
def file_named(event: FileNamed) -> None:
    """Hand the file to a job that is patient with a provider in trouble."""
    take_in_file.defer(file_id=event.file_id)


@app.task(name="channels.take_file", queue="files", retry=RetryStrategy(max_attempts=TRIES, exponential_wait=6))
def take_in_file(file_id: int) -> None:
    """Fetch and judge one file; done twice, it is kept once."""
    take_file(file_id=file_id, at=now())


@app.task(name="channels.read_parts", queue="events", retry=RetryStrategy(max_attempts=TRIES, exponential_wait=6))
def read_what_came(inbound_id: int) -> None:
    """Read a long text of which parts never came; whole, or read so before, it is left alone."""
    read_parts(inbound_id=inbound_id, at=now())
