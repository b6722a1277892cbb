"""`python -m tests.access.record`: write the matrix as it is now, for a person to review."""

import sys

import pytest

PROGRAM = """
import json, pytest
from tests.access.test_matrix import MATRIX, observed, site  # noqa: F401

@pytest.mark.django_db
@pytest.mark.timeout(900)
def test_record(site):
    MATRIX.write_text(json.dumps(observed(site), indent=1, sort_keys=True) + "\\n")
"""


def main() -> int:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "test_record_matrix.py"
        file.write_text(PROGRAM)
        return int(
            pytest.main([str(file), "-p", "no:cacheprovider", "--rootdir", ".", "-c", "pyproject.toml", *sys.argv[1:]])
        )


if __name__ == "__main__":
    sys.exit(main())
