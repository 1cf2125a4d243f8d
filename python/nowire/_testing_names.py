"""Addresses and keys, as tests may write them."""


def address_of(node):
    """The MAC address of a node, a peer, or an address as 6 bytes or as text."""
    mac = getattr(node, "mac", node)
    if isinstance(mac, str):
        mac = bytes.fromhex(mac.replace(":", ""))
    if len(mac) != 6:
        raise ValueError(f"{node!r} is no MAC address: it has 6 bytes")
    return bytes(mac)


def text_of(mac):
    """02:00:00:00:00:10"""
    return mac.hex(":")


def key_of(key):
    """16 bytes of a key that may be text; None: none."""
    if key is None:
        return None
    key = key.encode() if isinstance(key, str) else bytes(key)
    if len(key) != 16:
        raise ValueError("a key has 16 bytes")
    return key
