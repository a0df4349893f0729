"""Notice boards: a sheet that people hang, and photograph hanging."""
