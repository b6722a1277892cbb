"""The offline verifier, held against logs, exports and reports made here without a database."""
