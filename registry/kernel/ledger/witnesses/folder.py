"""Checkpoints as files in a folder: on storage that is written once, or that somebody else collects."""

import os
import tempfile
from pathlib import Path

from django.utils.translation import gettext as _

from registry.kernel.ledger.models import Checkpoint
from registry.kernel.ledger.witnesses.base import NotTaken, Periodic


class FolderWitness(Periodic):
    """Writes `<size>.checkpoint`, whole or not at all, and never over another file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"folder {folder}"

    def hand(self, checkpoint: Checkpoint) -> bytes:
        content = checkpoint.note.encode()
        file = self.folder / f"{checkpoint.size}.checkpoint"
        try:
            self._place(content, file)
        except FileExistsError as taken:
            if self._holds(file, content):
                return file.name.encode()  # written before a kill
            raise NotTaken(
                _("The folder already holds %(file)s with other content. Find out who signed that checkpoint.")
                % {"file": file.name}
            ) from taken
        except OSError as failure:
            raise NotTaken(
                _("The folder cannot be written to: %(why)s.") % {"why": failure.strerror or type(failure).__name__}
            ) from failure
        return file.name.encode()

    def _place(self, content: bytes, file: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=".", suffix=".new", dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as sink:
                sink.write(content)
                sink.flush()
                os.fsync(sink.fileno())
            Path(beside).chmod(0o444)
            os.link(beside, file)  # unlike a rename, it refuses where there is a file already
        finally:
            Path(beside).unlink(missing_ok=True)

    def _holds(self, file: Path, content: bytes) -> bool:
        try:
            return file.read_bytes() == content
        except OSError:
            return False
