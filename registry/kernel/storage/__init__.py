"""Where the bytes of evidence and documents lie: on disk or in an object store, plain or encrypted, once by hash."""
