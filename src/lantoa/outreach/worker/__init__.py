"""The delivery worker: one process, one loop, any number of them on one database."""
