"""SMS through an SMSC that speaks SMPP 3.4."""
