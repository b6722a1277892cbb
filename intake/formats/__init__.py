"""What each tool sends, read into events. Pure: bytes and headers in, events or a reason out."""
