"""Notifications in a real browser: permission, the worker, a notification that is shown, and off again.

The push service alone is a stand-in: `PushManager.subscribe` asks a real one on the net, so the browser is given the
stand-in's subscription instead, and the message that the stand-in could open is handed to the browser's worker.
"""
