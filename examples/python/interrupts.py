# Is called for each message, whatever it is doing: here it sleeps.
import time
import network
import espnow

network.WLAN(network.STA_IF).active(True)
heard = []


def on_message(e):
    while True:
        mac, msg = e.irecv(0)
        if mac is None:
            return
        heard.append(bytes(msg))


e = espnow.ESPNow()
e.active(True)
e.irq(on_message)
print("receiving")
while b"end" not in heard:
    time.sleep(1)
print("heard", len(heard), "first", heard[0])
