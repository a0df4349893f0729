"""The part of nginx's configuration that reads baked pages, made from the same facts as the pages."""

from pathlib import Path
from textwrap import indent
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from lantoa.portal.baking.areas import FRONT, ROOMS
from lantoa.portal.baking.oven import standing_headers
from lantoa.portal.uploads import largest_form

KEPT_OPEN = "open_file_cache max=200 inactive=2s; open_file_cache_valid 2s;"
"""What nginx opened it keeps for a moment; the benchmark's plain server does so too."""

_TEXT = """\
# Made by `lantoa nginx`; made anew whenever Lan Tỏa or its settings change. Goes into nginx's `http` block.

# The half second we live in stands in the path of every file: what nginx opened counts no longer than that, so it may
# keep it: a page taken down is gone within it.
map $msec $lantoa_moment {{
    "~^(?<lantoa_second>[0-9]+)[.][0-4]"  $lantoa_second.0;
    "~^(?<lantoa_second>[0-9]+)[.]"       $lantoa_second.5;
}}

# Only a plain request may be answered from a file: no query, no cookie, no sign-in, no wish to save data.
map "$request_method$args$http_cookie$http_authorization$http_save_data" $lantoa_kept {{
    default  none;
    GET      now;
    HEAD     now;
}}

upstream lantoa {{
    server {upstream};
    keepalive 32;
}}

server {{
    listen {listen};
    server_name {host};
    client_max_body_size {body}m;
    {kept_open}
    gzip_static on;
    # with libnginx-mod-http-brotli-static: brotli_static on;

{places}    error_page 413 @too_large;
    location @too_large {{
        default_type "text/html; charset=utf-8";
        return 413 '{too_large}';
    }}
    location @lantoa {{
        proxy_pass http://lantoa$request_uri;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $remote_addr;
    }}
}}
"""

_PLACE = """\
    location {prefix} {{
        {room}
        error_page 403 404 405 500 = @lantoa;
        error_page 413 @too_large;
        log_not_found off;
        types {{ }}
        default_type "text/html; charset=utf-8";
{headers}
        add_header Content-Language {language};
        add_header Vary "Accept-Encoding, Save-Data";
        # a file's date is the fingerprint of its content, and so is its ETag; as a date it means nothing
        if_modified_since off;
        add_header Last-Modified "";
{rooms}
    }}
"""

# Files count only while somebody looks for changes: whoever does names this moment, and nobody names it long before.
# No try_files: it would look each file up twice.
_ROOM = """\
root {folder}/$lantoa_kept/$lantoa_moment/{room};
rewrite ^ ${{uri}}index.html break;
"""


def _too_large() -> str:
    """What whoever sends more than the largest form reads, in the language of the installation."""
    most = largest_form() // 1024**2
    with override(settings.LANGUAGE_CODE):
        title = _("What you sent is too large")
        words = _(
            "At most %(most)d MB go through at once. Go back: what you wrote is still there. Take out a photo or the "
            "recording and send again."
        ) % {"most": most}
    return (
        f'<!doctype html><html lang="{settings.LANGUAGE_CODE}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<h1>{title}</h1><p>{words}</p></html>"
    ).replace("'", "&#39;")


def configuration(*, listen: str, upstream: str) -> str:
    """The maps, the upstream and the server block for this installation."""
    return _TEXT.format(
        upstream=upstream,
        kept_open=KEPT_OPEN,
        too_large=_too_large(),
        body=-(-largest_form() // 1024**2),
        listen=listen,
        host=urlsplit(settings.LANTOA_BASE_URL).hostname,
        places="".join(_place(code) for code, _name in settings.LANGUAGES),
    )


def _place(language: str) -> str:
    """Where a language's pages stand: those of the front, and in it those of each room."""
    prefix = "/" if language == settings.LANGUAGE_CODE else f"/{language}/"
    rooms = (f"location {prefix}{room}/ {{\n{indent(_room(room), ' ' * 4)}}}\n" for room in ROOMS)
    return _PLACE.format(
        prefix=prefix,
        language=language,
        room=indent(_room(FRONT), " " * 8).strip(),
        rooms=indent("".join(rooms), " " * 8).rstrip(),
        headers="\n".join(f'        add_header {name} "{value}";' for name, value in standing_headers()),
    )


def _room(room: str) -> str:
    """Where a room's files are."""
    return _ROOM.format(folder=Path(settings.LANTOA_BAKED).resolve(), room=room)
