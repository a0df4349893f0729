"""A stand-in for a loudspeaker, written from ``docs/modules/channels/loudspeaker.md`` as a maker of devices would."""
