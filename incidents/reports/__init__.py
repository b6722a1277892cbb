"""Records of an incident as plain data, ready to be frozen. Fields are described in docs/incident-report-record.md."""
