"""ESP-NOW for every computer that is not an ESP32.

The chip's modules (espnow, network, machine, ...) are in the folder chip_modules, which

    python3 -m nowire.micropython script.py [--node NAME] [--radio URL]

puts on the path. To import this package does nothing else, and opens no radio.
"""

__version__ = "0.1.0"
