"""Small objects gathered and compressed: a third of the size, and far quicker to validate once it is signed.

No stream ends in a carriage return. The line feed that follows would make an end of line of both, and whoever reads
the file from its keywords takes the stream to be one byte shorter than it says. What compressed data end in follows
from the data alone, whatever the level of compression, so such a stream is written in another form of the same.
"""

import zlib
from io import BytesIO
from typing import Any

import pikepdf

ENDS_IN_RETURN = b"\r\nendstream"
SUB, UP = 1, 2
"""Row filters of PNG, which a stream may use for any data."""


def pack(content: bytes) -> bytes:
    """The same document. The identifier is taken from the content, so that equal input stays equal."""
    with pikepdf.open(BytesIO(content)) as file:
        for stream in file.objects:
            if isinstance(stream, pikepdf.Stream) and stream.read_raw_bytes().endswith(b"\r"):
                _write_otherwise(stream)
        packed = _saved(file)
        # Of the streams that are made in saving, numbering the objects otherwise makes others.
        for page in file.pages:
            if ENDS_IN_RETURN not in packed:
                break
            page.obj.MediaBox = file.make_indirect(page.obj.MediaBox)
            packed = _saved(file)
    return packed


def _saved(file: pikepdf.Pdf) -> bytes:
    saved = BytesIO()
    file.save(saved, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True, linearize=False)
    return saved.getvalue()


def _write_otherwise(stream: Any) -> None:
    """As rows of one byte, each with a filter that says how to read it."""
    data: bytes = stream.read_bytes()
    for kind in (SUB, UP):
        coded, above = bytearray(), 0
        for byte in data:
            coded += bytes([kind, byte - above & 255 if kind == UP else byte])
            above = byte
        raw = zlib.compress(bytes(coded), 9)
        if not raw.endswith(b"\r"):
            break
    stream.write(
        raw, filter=pikepdf.Name.FlateDecode, decode_parms=pikepdf.Dictionary(Predictor=15, Columns=1), type_check=False
    )
