"""`lantoa run`: the whole loop once on a sample province, each step with its figures, then portal, desk and workers."""

import io
import json
import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import connection

from lantoa.config.embedded import Server
from lantoa.config.loop import hearing, joining, places, spreading, standins, steps
from lantoa.config.loop.processes import Processes, answers, free_port_base, is_free
from lantoa.config.places import home
from lantoa.kernel import clock
from lantoa.simulators.serve import ALL_PORTS, PORTS


class Command(BaseCommand):
    """Prepare, start, walk the loop, serve; Ctrl-C ends every process and keeps everything that was done."""

    help = "Run the loop once on a sample province, then serve."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to serve, how many sample people, whether to end after the loop."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--once", action="store_true", help="end after the loop with one JSON object")
        parser.add_argument("--province", default=settings.LANTOA_PROVINCE_CODE)
        parser.add_argument("--contacts", type=int, default=20_000)

    def handle(self, *args: Any, port: int, once: bool, province: str, contacts: int, **options: Any) -> None:
        """Do it."""
        began = time.monotonic()
        world = steps.World(province=province, contacts=contacts, base_url=f"http://127.0.0.1:{port}")
        # the children read the same settings, and receipts must come back to this port
        settings.LANTOA_BASE_URL = os.environ["LANTOA_BASE_URL"] = world.base_url
        for number in (signal.SIGINT, signal.SIGTERM):  # a shell in the background starts us deaf to SIGINT
            signal.signal(number, _interrupt)
        if not is_free(port):
            raise CommandError(f"Port {port} is taken. Stop what serves there, or choose another: make run PORT=8001")
        with self._database(), Processes(home() / "logs", {"LANTOA_BASE_URL": world.base_url}) as processes:
            try:
                result = self._loop(world, processes, port)
                result["seconds"] = round(time.monotonic() - began, 1)
                if once:
                    processes.stop()
                    self.stdout.write(json.dumps(result, ensure_ascii=False))
                    return
                self._serve(world, processes)
            except KeyboardInterrupt:
                self.stdout.write("\nStopping; what was done is kept.")

    @contextmanager
    def _database(self) -> Iterator[None]:
        # settings started the embedded server; the run stops it again unless somebody else works with it
        try:
            yield
        finally:
            connection.close()
            if not os.environ.get("DATABASE_URL"):
                Server.here().stop_if_idle()

    def _loop(self, world: steps.World, processes: Processes, port: int) -> dict[str, Any]:
        self._step("Database", _prepare)
        self._start(world, processes, port)
        self._step("Units through time", steps.territory_step, world)
        self._step("Agencies and posts", steps.agencies_step, world)
        self._passwords(world)
        plan = self._step("Plan in", steps.plan_step, world)
        self._step("People", steps.people_step, world)
        self._step("Channels", steps.channels_step, world)
        self._loudspeaker(world, processes)
        self._step("Outlets", places.outlets_step, world)
        self._step("Write and approve a page", steps.page_step, world)
        self._step("Write and approve a message", steps.message_step, world)
        self._step("Release", steps.release_step, world)
        processes.wait_until(lambda: steps.spread_done(world), "the broadcast to end", seconds=150)
        spread = self._step("Spread and count", steps.spread_figures, world)
        more = self._further(world, processes)
        cases = self._listen(world, processes)
        heard = self._hear(world, processes)
        report = self._step("Measure and report", steps.report_step, world, _reports())
        peak = {name: size // 2**20 for name, size in processes.peak_memory().items()}
        self._say("Peak memory, MB", peak)
        return {
            "loop": "complete",
            "plan": {"number": plan["number"], "tasks": plan["tasks"]},
            "audience": spread["audience"],
            "states": spread["states"],
            "by_channel": spread["by_channel"],
            **more,
            "cases": {"received": cases["received"], "answered": cases["answered"]},
            "heard": {name: heard[name] for name in ("came_in", "cases", "refusals_by_text")},
            "report": report["report"],
            "report_sha256": report["sha256"],
            "memory_mb": peak,
        }

    def _further(self, world: steps.World, processes: Processes) -> dict[str, Any]:
        """Every other channel at work: public outlets, and a few people on each further way."""
        self._step("At public outlets", spreading.place_step, world)
        self._step("Joining by bot, browser, list", joining.join_step, world)
        self._patiently(processes, lambda: spreading.carried_out(world), "the outlets' providers")
        self._step("Shown by people", spreading.show_step, world)
        self._step("What the outlets say", spreading.placed_figures, world)
        self._patiently(processes, lambda: joining.all_joined(world), "the presses of Start")
        try:
            self._step("Bot, browser, template", joining.ways_step, world)
            self._step("Further text gateways", joining.gateways_step, world)
            self._patiently(processes, lambda: joining.small_done(world), "the small samples")
            self._patiently(processes, lambda: hearing.centre_listens(world), "the text centre's connection")
            hearing.write_by_centre(world)
        finally:
            joining.back_to_one_gateway(world)
        ways = self._step("Carried by each way", joining.ways_figures, world)
        return {"placements": spreading.tally(world), "further_ways": ways}

    def _patiently(self, processes: Processes, ready: Callable[[], bool], what: str) -> None:
        """Wait a while; what does not come (a stand-in of an interrupted run forgot it) is told as it stands."""
        try:
            processes.wait_until(ready, what, seconds=60)
        except TimeoutError as late:
            self._say("Not settled yet", {"waited_for": what, "words": str(late)})

    def _listen(self, world: steps.World, processes: Processes) -> dict[str, Any]:
        steps.ask_by_zalo(world)
        steps.ask_by_form(world)
        processes.wait_until(lambda: steps.both_asked(world), "both questions to arrive", seconds=60)
        cases = self._step("Listen and answer", steps.answers_step, world)
        processes.wait_until(lambda: steps.replies_arrived(world), "the replies to be taken", seconds=60)
        return cases

    def _hear(self, world: steps.World, processes: Processes) -> dict[str, Any]:
        """Every channel that hears, heard: what people write at the stand-ins comes in like anybody's words."""
        hearing.write_everywhere(world)
        self._patiently(processes, lambda: hearing.all_heard(world), "what people wrote on every channel")
        heard = self._step("Heard on every channel", hearing.heard_step, world)
        self._patiently(processes, lambda: hearing.answers_arrived(world), "the answers to leave")
        return heard

    def _start(self, world: steps.World, processes: Processes, port: int) -> None:
        base, token = free_port_base(ALL_PORTS), secrets.token_urlsafe(24)
        url, self._base = f"http://127.0.0.1:{port}", base
        processes.start("web", ["serve", "--port", str(port)])
        processes.start("simulators", standins.simulate(base, token, url))
        processes.start("worker", ["work"])
        processes.wait_until(lambda: answers(f"{url}/ui/"), "the web server")
        processes.wait_until(lambda: answers(f"http://127.0.0.1:{base + 1}/_ledger"), "the stand-ins")
        world.simulators = standins.accounts(base, token, url)
        world.mail_url = f"http://127.0.0.1:{base + PORTS['smtp'][0]}"
        world.mailbox_url = f"http://127.0.0.1:{base + PORTS['imap'][0]}"
        world.centre_url = f"http://127.0.0.1:{base + PORTS['smpp'][0]}"
        world.device_url = f"http://127.0.0.1:{base + PORTS['loudspeaker'][0]}"
        # the house's own mail (reviews, passwords) goes to the stand-in relay too
        settings.MAILERS = {
            "default": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {"host": "127.0.0.1", "port": base + PORTS["smtp"][1]},
            }
        }
        ports = f"ports {base} to {base + ALL_PORTS - 1}"
        self._say("Processes", {"web": url, "stand-ins": ports, "logs": str(home() / "logs")})

    def _loudspeaker(self, world: steps.World, processes: Processes) -> None:
        """The device and its broker, where mosquitto is installed: they obey the key that its account made."""
        if "loudspeaker" not in world.simulators:
            self._say("Loudspeaker", {"device": spreading.WITHOUT_BROKER})
            return
        told = ["simulate", "loudspeaker", "--port-base", str(self._base), f"--loudspeaker-key={world.device_key}"]
        processes.start("loudspeaker", told)
        processes.wait_until(lambda: answers(f"{world.device_url}/_device"), "the loudspeaker")
        broker = f"127.0.0.1:{self._base + PORTS['loudspeaker'][1]}"
        self._say("Loudspeaker", {"device": world.device_url, "broker": broker})

    def _passwords(self, world: steps.World) -> None:
        assert world.staff is not None
        self.stdout.write(f"  Sign in at {world.base_url}/tai-khoan/login/ with this password: {world.staff.password}")
        for user in world.staff.by_name.values():
            self.stdout.write(f"    {user.email:<32} {user.display_name}")

    def _step(self, title: str, do: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
        began = time.monotonic()
        figures = do(*arguments)
        self._say(title, figures, time.monotonic() - began)
        return figures

    def _say(self, title: str, figures: dict[str, Any], seconds: float | None = None) -> None:
        took = f"  ({seconds:.1f} s)" if seconds is not None else ""
        self.stdout.write(self.style.SUCCESS(f"● {title}") + took)
        for name, value in figures.items():
            shown = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
            self.stdout.write(f"    {name}: {shown}")
        self.stdout.flush()

    def _serve(self, world: steps.World, processes: Processes) -> None:
        self._say("Serving until Ctrl-C", {"portal": world.base_url, "desk": f"{world.base_url}/ban-lam-viec/"})
        while True:
            processes.check()
            time.sleep(1)


def _prepare() -> dict[str, Any]:
    call_command("db", "prepare", stdout=io.StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    return {"date": f"{clock.today():%d/%m/%Y}"}


def _reports() -> Any:
    folder = home() / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _interrupt(*_signal: Any) -> None:
    raise KeyboardInterrupt
