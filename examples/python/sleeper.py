# A sensor: wakes, counts in RTC memory, sends, sleeps for ten seconds; after the third time it says the end.
import machine
import network
import espnow

rtc = machine.RTC()
count = (rtc.memory()[0] if rtc.memory() else 0) + 1

sta = network.WLAN(network.STA_IF)
sta.active(True)
e = espnow.ESPNow()
e.active(True)
peer = b"\x02\x00\x00\x00\x00\x20"
e.add_peer(peer)
if count > 3:
    e.send(peer, b"end")
    print("done")
else:
    print("reading", count, e.send(peer, "reading %d" % count))
    rtc.memory(bytes([count]))
    e.active(False)
    sta.active(False)
    machine.deepsleep(10000)
