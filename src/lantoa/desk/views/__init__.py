"""The desk's own pages: my work today, search, and what administrators and auditors look after."""
