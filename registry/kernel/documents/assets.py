"""The only files a document may draw on: the style sheet and fonts that ship with the site.

A renderer that follows addresses can be made to read the disk or call the network. This one knows a single
scheme, `bundled:`, and under it two folders of the static files. Everything else ends the rendering.
"""

import gzip
import re
from functools import cache
from io import BytesIO
from pathlib import Path

from django.contrib.staticfiles import finders
from fontTools.ttLib import woff2
from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

BUNDLED = re.compile(r"bundled:((?:documents|fonts)/[a-z0-9][a-z0-9.-]*\.(css|woff2|ttf\.gz))")
TYPES = {"css": "text/css", "woff2": "font/ttf", "ttf.gz": "font/ttf"}


class AssetRefusedError(Exception):
    """A document asked for something that is not bundled with the site."""


def fetch(url: str) -> URLFetcherResponse:
    """Answer for a `bundled:` address.

    Raises FatalURLFetchingError: the renderer swallows ordinary exceptions and would print on. That one is no
    Exception, so whoever calls the renderer turns it into AssetRefusedError.
    """
    known = BUNDLED.fullmatch(url)
    if known is None:
        raise FatalURLFetchingError(f"A document may not load {url[:200]!r}.")
    name, extension = known.groups()
    path = bundled(name)
    content = path.read_bytes() if extension == "css" else unpacked(path)
    return URLFetcherResponse(url, content, {"Content-Type": TYPES[extension]})


@cache
def unpacked(path: Path) -> bytes:
    """The font without its compression. Of a large font, WOFF2 takes half a second to undo; gzip takes none."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    plain = BytesIO()
    with path.open("rb") as packed:
        woff2.decompress(packed, plain)
    return plain.getvalue()


def bundled(name: str) -> Path:
    """Where the static file `name` lies. Raises FatalURLFetchingError when the installation lacks it."""
    found = finders.find(name)
    if found is None:
        raise FatalURLFetchingError(f"The document asset {name!r} is missing from this installation.")
    return Path(found)
