"""Audit every kind of page; a line a page, then one JSON object of the worst of each, `broken` naming what does not
hold (then the exit code is 1)."""

import json
import os
import sys

from bench.audit import product
from bench.audit.places import REPORTS

ARTICLES = int(os.environ.get("AUDIT_ARTICLES", "2000"))
STATES_ALONE = os.environ.get("AUDIT_ONLY") == "states"
LIGHTHOUSE = os.environ.get("AUDIT_LIGHTHOUSE", "1") != "0"


def main() -> int:
    """Serve, fill, crawl, look, judge."""
    with product.served() as base:
        print(f"serving on {base}", flush=True)
        import django

        os.environ["DJANGO_SETTINGS_MODULE"] = "lantoa.config.settings"
        django.setup()
        from bench.audit import fill
        from bench.audit.pages import overlooked, pages
        from bench.audit.states import states

        print(f"{fill.fill(ARTICLES)} articles are live", flush=True)
        found = [] if STATES_ALONE else pages(base)
        missing = [] if STATES_ALONE else overlooked(found)
        found += states(base)
        print(f"{len(found)} pages of {len({page.kind for page in found})} kinds", *missing, sep="\n", flush=True)
        from bench.audit.worst import audit

        worst = audit(base, found, with_lighthouse=LIGHTHOUSE)
        worst["broken"] += missing
    print(f"reports: {REPORTS}")
    print(json.dumps(worst, ensure_ascii=False))
    return 1 if worst["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
