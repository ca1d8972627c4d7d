"""The command `paramql`: check, explain and filter on the command line. It needs the extra `[cli]`."""

from __future__ import annotations

import sys

_NEEDED = {"click", "rich"}


def main() -> None:
    """Run the command with the arguments of the process."""
    try:
        from paramql.cli.commands import run
    except ModuleNotFoundError as error:
        if error.name not in _NEEDED:
            raise
        sys.exit("paramql: the command line needs more: pip install 'paramql[cli]'")
    sys.exit(run(sys.argv[1:]))
