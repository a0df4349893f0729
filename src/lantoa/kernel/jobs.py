"""Names the kernel's jobs for the worker: the delivery of events."""

from lantoa.kernel.events import deliver

__all__ = ["deliver"]
