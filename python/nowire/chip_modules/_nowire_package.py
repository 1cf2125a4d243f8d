"""Makes the package `nowire` that this folder is in importable, where only this folder is on the path."""

import sys

try:
    import nowire
except ImportError:
    parts = __file__.split("/")[:-3]
    sys.path.append("/".join(parts) if parts else ".")
    import nowire
