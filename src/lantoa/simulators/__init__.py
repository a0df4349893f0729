"""Stand-ins that speak each provider's wire format over a real socket; for development, demonstrations and tests."""
