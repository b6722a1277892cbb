"""The tamper-evident ledger: entries sealed by the database, a Merkle tree over them, signed checkpoints."""
