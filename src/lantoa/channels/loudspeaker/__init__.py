"""The commune's radio station and its loudspeakers: MQTT to devices that have it, a package for stations that do not."""
