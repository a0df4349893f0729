"""Hand-off to the press: a kit by mail to newsrooms that asked for it."""
