"""SMS through a Viettel-style SOAP gateway for brand names."""
