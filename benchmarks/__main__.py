"""`make bench`: a database of its own, then every benchmark in turn. Names as arguments choose some of them."""

import os
import sys
import tempfile

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.testing"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - the embedded server runs as another user when started by root
        os.environ["HOLDFAST_VAR"] = folder + "/var"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from benchmarks import asof, history, imports, ledger, packs, register, reports, storm, verifying

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
            ("storm", storm),
        ):
            if not wanted or name in wanted:
                print(f"\n{name}")
                for line in module.run():
                    print("  " + line)


if __name__ == "__main__":
    main()
