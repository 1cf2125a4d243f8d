"""Makes the package `nowire` that this folder is in importable, where only this folder is on the path."""

import sys

try:
    import nowire

    # A folder of that name beside the script, such as a source tree, is taken for a package too.
    is_found = hasattr(nowire, "__version__")
except ImportError:
    is_found = False
if not is_found:
    sys.modules.pop("nowire", None)
    parts = __file__.split("/")[:-3]
    sys.path.insert(0, "/".join(parts) if parts else ".")
    import nowire
