"""Where the audit keeps what it makes."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / ".local" / "audit"
HOME = PLACE / "home"
MODULES = PLACE / "node_modules"
NODE = PLACE / "node"
REPORTS = PLACE / "reports"
