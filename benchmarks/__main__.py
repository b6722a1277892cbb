"""`make bench`: a database of its own, then every benchmark in turn. Names as arguments choose some of them.

`scale` comes only when it is named: making its data takes a quarter of an hour.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.testing"


@contextmanager
def folder() -> Iterator[str]:
    """A passing one, unless BENCHMARK_FOLDER names one that stays."""
    if kept := os.environ.get("BENCHMARK_FOLDER"):
        yield kept
        return
    with tempfile.TemporaryDirectory() as passing:
        os.chmod(passing, 0o755)  # noqa: S103 - the embedded server runs as another user when started by root
        yield passing + "/var"


def main() -> None:
    with folder() as path:
        os.environ["HOLDFAST_VAR"] = path
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from benchmarks import (
            asof,
            control,
            history,
            imports,
            intake,
            ledger,
            live,
            outputs,
            packs,
            register,
            reports,
            scale,
            storm,
            verifying,
        )

        wanted = sys.argv[1:]
        # Those that print come first: the peak memory of children is that of all there have been.
        for name, module in (
            ("reports", reports),
            ("packs", packs),
            ("history", history),
            ("imports", imports),
            ("register", register),
            ("asof", asof),
            ("ledger", ledger),
            ("verifying", verifying),
            ("outputs", outputs),
            ("control", control),
            ("live", live),
            ("intake", intake),
            ("storm", storm),
            ("scale", scale),
        ):
            if name in wanted or (not wanted and module is not scale):
                print(f"\n{name}")
                for line in module.run():
                    print("  " + line)


if __name__ == "__main__":
    main()
