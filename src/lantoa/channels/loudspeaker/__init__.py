"""The commune's radio station: MQTT to loudspeakers that have it, a package for stations that do not."""
